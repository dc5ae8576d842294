import { createInflateRaw } from 'node:zlib';
import type { ReportDamage, Sink } from '../sink.ts';

/**
 * Large output steps keep the thread pool busy. With a writable mark of one byte every write waits until it is used up,
 * so that a pushed chunk is free again when `push` settles, and `consumed` is exact.
 */
const options = { chunkSize: 256 * 1024, writableHighWaterMark: 1 };

/**
 * Decompresses one raw deflate stream into `out` and takes no byte behind its end.
 *
 * `out.end()` is left to the caller, as gzip puts many streams into one. Format: RFC 1951.
 */
export class Inflate {
  readonly #zlib = createInflateRaw(options);
  readonly #out: Sink;
  readonly #damaged: ReportDamage;
  readonly #pump: Promise<void>;
  #pushed = 0;
  #over = false;
  #broken = false;
  #ending = false;
  #failure: { error: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(out: Sink, damaged: ReportDamage) {
    this.#out = out;
    this.#damaged = damaged;
    this.#zlib.on('drain', () => this.#wake?.());
    this.#pump = this.#run();
  }

  /** The stream has ended, broke, or `out` wants no more. */
  get over(): boolean {
    return this.#over;
  }

  get broken(): boolean {
    return this.#broken;
  }

  /** Takes the next bytes; gives back how many of them belong to the stream. */
  async push(chunk: Uint8Array): Promise<number> {
    if (this.#over || chunk.length === 0) return 0;
    const before = this.#pushed;
    this.#pushed += chunk.length;
    if (!this.#zlib.write(chunk)) await this.#used();
    // zlib leaves bytes only when it came to the end of its stream, and tells the reader a little later
    if (this.#zlib.bytesWritten < this.#pushed) await this.#pump;
    this.#rethrow();
    return this.#broken ? chunk.length : this.#zlib.bytesWritten - before;
  }

  /** No more bytes will come: damage when the stream has not ended. */
  async end(): Promise<void> {
    this.#ending = !this.#over;
    if (this.#ending) this.#zlib.end();
    await this.#pump;
    this.#rethrow();
  }

  close(): void {
    this.#over = true;
    this.#zlib.destroy();
  }

  /** Hands on what zlib puts out; zlib inflates the next piece on the thread pool meanwhile. */
  async #run(): Promise<void> {
    try {
      for await (const chunk of this.#zlib) {
        if (!(await this.#forward(chunk as Uint8Array))) break;
      }
    } catch {
      this.#broken = true;
      // zlib hands on all that it has when the input just ends, but drops the current step's output when it breaks
      if (this.#ending) this.#damaged('the compressed data is cut off');
      else if (!this.#over) this.#damaged('the compressed data is broken', true);
    }
    this.#over = true;
    this.#zlib.destroy();
    this.#wake?.();
  }

  async #forward(chunk: Uint8Array): Promise<boolean> {
    try {
      await this.#out.push(chunk);
      return !this.#out.done;
    } catch (error) {
      this.#failure = { error };
      return false;
    }
  }

  #used(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }

  #rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
