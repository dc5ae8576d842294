import { type BrotliDecompress, createBrotliDecompress } from 'node:zlib';
import type { Sink } from '../sink.ts';

const options = { chunkSize: 256 * 1024 };

export interface BrotliOptions {
  /** Something was decoded: it is brotli, as far as can be told of a format without magic. Called once. */
  found(): boolean;
  /** What was found breaks off, or has bytes behind its end. */
  broken(): void;
}

/**
 * Decompresses brotli into `out`.
 *
 * Nothing in the bytes says that they are brotli, so nothing is called damage here: what never decodes to anything was taken
 * for brotli by mistake. Format: RFC 7932.
 */
export function unbrotli(out: Sink, options: BrotliOptions): Sink {
  return new BrotliSink(out, options);
}

class BrotliSink implements Sink {
  done = false;
  readonly #out: Sink;
  readonly #options: BrotliOptions;
  readonly #zlib: BrotliDecompress = createBrotliDecompress(options);
  readonly #pump: Promise<void>;
  #found = false;
  #whole = false;
  #pushed = 0;
  #failure: { error: unknown } | undefined;

  constructor(out: Sink, brotli: BrotliOptions) {
    this.#out = out;
    this.#options = brotli;
    this.#pump = this.#run();
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (this.#whole) this.#break();
    if (this.done) return;
    this.#pushed += chunk.length;
    // the stream keeps the chunk until it is used up; behind the end of its data it never answers, but the pump ends
    const used = new Promise<void>((resolve) => this.#zlib.write(chunk, () => resolve()));
    await Promise.race([used, this.#pump]);
    this.#checkTail();
    this.#rethrow();
  }

  async end(): Promise<void> {
    if (!this.done && !this.#whole) {
      this.#zlib.end();
      await this.#pump;
      this.#rethrow();
    }
    this.#checkTail();
    this.done = true;
    await this.#out.end();
  }

  close(): void {
    this.done = true;
    this.#zlib.destroy();
    this.#out.close();
  }

  async #run(): Promise<void> {
    try {
      for await (const piece of this.#zlib) if (!(await this.#forward(piece as Uint8Array))) return;
      this.#whole = true;
    } catch {
      this.#break();
    }
  }

  async #forward(piece: Uint8Array): Promise<boolean> {
    if (!this.#found) {
      this.#found = true;
      if (!this.#options.found()) this.done = true;
    }
    try {
      if (!this.done) await this.#out.push(piece);
    } catch (error) {
      this.#failure = { error };
      this.done = true;
    }
    this.done ||= this.#out.done;
    return !this.done;
  }

  /** Of bytes behind its end zlib takes nothing, and says nothing. */
  #checkTail(): void {
    if (this.#whole && this.#zlib.bytesWritten < this.#pushed) this.#break();
  }

  #break(): void {
    if (this.done) return;
    this.done = true;
    if (this.#found) this.#options.broken();
  }

  #rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
