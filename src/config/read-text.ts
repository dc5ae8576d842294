import { open } from 'node:fs/promises';
import { hasCode, SafebuildError } from '../errors.ts';

const maxConfigBytes = 1024 * 1024;

/** Reads a configuration file. Throws `CONFIG_INVALID` where it does not exist, cannot be read, or is larger than 1 MiB. */
export async function readText(path: string, shown: string): Promise<string> {
  try {
    await using file = await open(path, 'r');
    const buffer = Buffer.alloc(maxConfigBytes + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    if (bytesRead > maxConfigBytes) throw new SafebuildError('CONFIG_INVALID', `${shown} is larger than 1 MiB`);
    return buffer.toString('utf8', 0, bytesRead);
  } catch (error) {
    if (error instanceof SafebuildError) throw error;
    const why = hasCode(error, 'ENOENT') ? 'does not exist' : 'could not be read';
    throw new SafebuildError('CONFIG_INVALID', `${shown} ${why}`, { cause: error });
  }
}
