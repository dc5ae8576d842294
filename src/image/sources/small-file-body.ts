import { closeSync, constants, openSync, readSync } from 'node:fs';
import type { ChunkedBody } from '../source.ts';

/** Up to this size a file is read at once; larger ones are worth the way to the thread pool. */
export const smallFileBytes = 64 * 1024;

/**
 * The bytes of a small file, read while they are waited for: asking the thread pool to open, read and close it takes ten times as
 * long. To be iterated once. A file that has grown meanwhile is read to its end.
 */
export class SmallFileBody implements ChunkedBody {
  readonly #path: string;
  readonly #buffers: Buffer[];
  readonly #failed: () => void;

  /** `buffers`: those that no small file is being read into. `failed` hears that the file cannot be read, or not to its end. */
  constructor(path: string, buffers: Buffer[], failed: () => void) {
    this.#path = path;
    this.#buffers = buffers;
    this.#failed = failed;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    let file: number | undefined;
    const buffer = this.#buffers.pop() ?? Buffer.allocUnsafeSlow(smallFileBytes);
    try {
      // not a link that has taken the file's place, and a pipe that has done so keeps nobody waiting
      file = openSync(this.#path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      for (;;) {
        const bytes = readSync(file, buffer);
        if (bytes === 0) return;
        yield buffer.subarray(0, bytes);
      }
    } catch {
      this.#failed();
    } finally {
      this.#buffers.push(buffer);
      if (file !== undefined) closeSync(file);
    }
  }
}
