import type { Sink } from '../sink.ts';

/** Undoes a change that was made to bytes before they were compressed; as many come out as go in. */
export interface ByteFilter {
  /** Takes the next bytes; gives back those that are certain, in new memory. */
  push(part: Uint8Array): Uint8Array;
  /** No more will come: gives back the rest. */
  end(): Uint8Array;
}

/** Hands on to `out` what a filter makes of the bytes; also of those before a cut. */
export class FilterSink implements Sink {
  readonly #filter: ByteFilter;
  readonly #out: Sink;

  constructor(filter: ByteFilter, out: Sink) {
    this.#filter = filter;
    this.#out = out;
  }

  get done(): boolean {
    return this.#out.done;
  }

  async push(chunk: Uint8Array): Promise<void> {
    await this.#hand(this.#filter.push(chunk));
  }

  async end(): Promise<void> {
    await this.#hand(this.#filter.end());
    await this.#out.end();
  }

  close(): void {
    this.#out.close();
  }

  async #hand(bytes: Uint8Array): Promise<void> {
    if (bytes.length > 0 && !this.#out.done) await this.#out.push(bytes);
  }
}
