import type { Transform } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Sink } from '../sink.ts';

/**
 * Hands on what a decoder of node:zlib puts out, which decodes the next piece on the thread pool meanwhile.
 *
 * The decoder's writable mark must be one byte: every write then waits until it is used up, so that a chunk is free again
 * when `write` settles.
 */
export class Pump {
  /** Settles when everything was handed on, or the decoder has failed. */
  readonly done: Promise<void>;
  /** The decoder has ended or failed, or `out` wants no more. */
  over = false;
  readonly #decoder: Transform;
  readonly #out: Sink;
  #failure: { error: unknown } | undefined;
  #wake: (() => void) | undefined;
  #handed: (() => void) | undefined;

  /** `failed` hears the decoder's error before `done` settles. */
  constructor(decoder: Transform, out: Sink, failed: (error: unknown) => void) {
    this.#decoder = decoder;
    this.#out = out;
    decoder.on('drain', () => this.#wake?.());
    this.done = this.#run(failed);
  }

  /** Rejects with what `out` threw. */
  async write(chunk: Uint8Array): Promise<void> {
    if (!this.#decoder.write(chunk) && !this.over) await this.#used();
  }

  /** Settles when all that was decoded so far is handed on. */
  async flushed(): Promise<void> {
    while (!this.over && this.#decoder.readableLength > 0) {
      await new Promise<void>((resolve) => {
        this.#handed = resolve;
      });
    }
  }

  /** No more bytes will come. Rejects with what `out` threw. */
  async end(): Promise<void> {
    if (!this.over) this.#decoder.end();
    await this.done;
    this.rethrow();
  }

  close(): void {
    this.over = true;
    this.#decoder.destroy();
  }

  rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #run(failed: (error: unknown) => void): Promise<void> {
    try {
      for await (const chunk of this.#decoder) {
        // Whoever waits for the next write goes first: its bytes are then decoded while these are used.
        await setImmediate();
        if (!(await this.#forward(chunk as Uint8Array))) break;
        this.#handed?.();
      }
    } catch (error) {
      failed(error);
    }
    this.over = true;
    this.#decoder.destroy();
    this.#wake?.();
    this.#handed?.();
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
}
