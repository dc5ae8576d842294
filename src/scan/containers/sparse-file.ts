import type { Sink, SparseMap } from '../../image/index.ts';
import type { Host } from './container.ts';

/** What `detect` of every wrapper can make use of. */
const headBytes = 512;

const zeros = new Uint8Array(64 * 1024);

/**
 * Puts a sparse file of a tar together from what is stored of it, when it is a wrapper.
 *
 * Any other is searched well enough as it is stored: holes are zeros, and `lastlog` has gigabytes of them.
 */
export class SparseFile implements Sink {
  done = false;
  readonly #host: Host;
  readonly #path: string;
  readonly #pieces: readonly number[];
  readonly #size: number;
  /** The piece that comes next or is being taken, as an index of its offset. */
  #piece = 0;
  /** Bytes of the file that were put together. */
  #offset = 0;
  #head: Buffer = Buffer.alloc(0);
  #inner: Sink | undefined;

  constructor(host: Host, path: string, { pieces, size }: SparseMap) {
    this.#host = host;
    this.#path = path;
    this.#pieces = pieces;
    this.#size = size;
  }

  async push(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length && !this.done; ) {
      const offset = this.#pieces[this.#piece] ?? this.#size;
      const end = offset + (this.#pieces[this.#piece + 1] ?? 0);
      await this.#fill(offset);
      const bytes = chunk.subarray(at, at + end - this.#offset);
      await this.#hand(bytes);
      at += bytes.length;
      if (this.#offset >= end) this.#piece += 2;
    }
  }

  async end(): Promise<void> {
    // a file that is cut off is no longer than its last byte; the tar tells of it
    if (this.#pieces.length <= this.#piece + 2) await this.#fill(this.#size);
    if (!this.done && this.#inner === undefined) await this.#decide();
    await this.#inner?.end();
    this.done = true;
  }

  close(): void {
    this.done = true;
    this.#inner?.close();
  }

  async #fill(end: number): Promise<void> {
    while (this.#offset < end && !this.done) await this.#hand(zeros.subarray(0, end - this.#offset));
  }

  async #hand(bytes: Uint8Array): Promise<void> {
    this.#offset += bytes.length;
    if (this.#inner !== undefined) {
      await this.#inner.push(bytes);
      this.done = this.#inner.done;
      return;
    }
    this.#head = Buffer.concat([this.#head, bytes]);
    if (this.#head.length >= headBytes) await this.#decide();
  }

  async #decide(): Promise<void> {
    if (!this.#host.isWrapper(this.#head, this.#path)) {
      this.done = true;
      return;
    }
    this.#inner = this.#host.decoded(this.#path);
    await this.#inner.push(this.#head);
    this.#head = Buffer.alloc(0);
    this.done = this.#inner.done;
  }
}
