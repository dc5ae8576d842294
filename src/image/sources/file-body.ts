import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { ChunkedBody } from '../source.ts';

const readBytes = 1024 * 1024;

/** The bytes of a file, of which the next chunk is read while one is used. To be iterated once. */
export class FileBody implements ChunkedBody {
  readonly #path: string;
  readonly #buffers: Buffer[];
  readonly #failed: () => void;
  /** The next chunk; empty at the end of the file. */
  #pending: Promise<Uint8Array> | undefined;

  /** `buffers`: those that no file is being read into. `failed` hears that the file cannot be read, or not to its end. */
  constructor(path: string, buffers: Buffer[], failed: () => void) {
    this.#path = path;
    this.#buffers = buffers;
    this.#failed = failed;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    let file: FileHandle | undefined;
    let [current, next] = [this.#takeBuffer(), this.#takeBuffer()];
    try {
      // not a link that has taken the file's place
      file = await open(this.#path, constants.O_RDONLY | constants.O_NOFOLLOW);
      this.#pending = readInto(file, current);
      for (;;) {
        const chunk = await this.#pending;
        if (chunk.length === 0) return;
        this.#pending = readInto(file, next);
        yield chunk;
        [current, next] = [next, current];
      }
    } catch {
      this.#failed();
    } finally {
      // the buffer of a read that is under way belongs to it
      await this.#pending?.catch(() => undefined);
      this.#buffers.push(current, next);
      await file?.close();
    }
  }

  async ahead(): Promise<Uint8Array | undefined> {
    const chunk = await this.#pending?.catch(() => undefined);
    return chunk?.length === 0 ? undefined : chunk;
  }

  #takeBuffer(): Buffer {
    return this.#buffers.pop() ?? Buffer.allocUnsafeSlow(readBytes);
  }
}

function readInto(file: FileHandle, buffer: Buffer): Promise<Uint8Array> {
  const reading = file.read(buffer, 0, readBytes).then(({ bytesRead }) => buffer.subarray(0, bytesRead));
  // whoever awaits it hears of a failure; until then it must not end the process
  reading.catch(() => undefined);
  return reading;
}
