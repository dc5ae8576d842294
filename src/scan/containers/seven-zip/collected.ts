import type { Sink } from '../../../image/index.ts';

/** Keeps what is pushed, up to a bound. */
export class Collected implements Sink {
  /** There was more. */
  overflow = false;
  readonly #most: number;
  #parts: Buffer[] = [];
  #size = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get done(): boolean {
    return this.overflow;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  push(chunk: Uint8Array): Promise<void> {
    this.#size += chunk.length;
    if (this.#size > this.#most) this.overflow = true;
    else this.#parts.push(Buffer.from(chunk));
    return Promise.resolve();
  }

  end(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.#parts = [];
  }
}
