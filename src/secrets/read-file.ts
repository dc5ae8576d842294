import { constants, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { hasCode, SafebuildError } from '../errors.ts';

/** BuildKit refuses larger secrets (`max size 500KiB`). */
export const maxSecretBytes = 512_000;

export interface BoundedFile {
  bytes: Buffer;
  stats: Stats;
}

/**
 * Reads a file whole, or stops at once when it holds more than `maxBytes`.
 *
 * Gives undefined when there is no such file. `shown` stands for it in messages. Throws `SOURCE_FAILED` for a folder, for
 * a file that may not be read, and for one that is too large. FIFOs and `/dev/fd/N` are read to their end.
 */
export async function readBounded(path: string, shown: string, maxBytes: number): Promise<BoundedFile | undefined> {
  try {
    // O_NONBLOCK would make a FIFO look empty; whoever names one wants it awaited.
    await using file = await open(path, constants.O_RDONLY);
    const stats = await file.stat();
    if (stats.isDirectory()) throw new SafebuildError('SOURCE_FAILED', `${shown} is a folder, not a file`);
    const chunks: Buffer[] = [];
    let total = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(64 * 1024);
      const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
      if (bytesRead === 0) break;
      total += bytesRead;
      if (total > maxBytes) {
        throw new SafebuildError('SOURCE_FAILED', `${shown} is larger than ${Math.floor(maxBytes / 1024)} KiB`, {
          hint: 'Hand over only the part that the build needs.',
        });
      }
      chunks.push(chunk.subarray(0, bytesRead));
    }
    return { bytes: Buffer.concat(chunks), stats };
  } catch (error) {
    if (error instanceof SafebuildError) throw error;
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return undefined;
    const denied = hasCode(error, 'EACCES') || hasCode(error, 'EPERM');
    throw new SafebuildError('SOURCE_FAILED', `${shown} ${denied ? 'may not be read' : 'could not be read'}`, {
      cause: error,
    });
  }
}
