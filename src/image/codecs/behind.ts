import type { ReportDamage, Sink } from '../sink.ts';

/** Takes what stands behind the end of compressed data; `expected`: it is no damage that something does. */
export interface BehindSink extends Sink {
  readonly expected?: true;
}

/** Makes the sink of what stands behind the end of compressed data. */
export type MakeBehind = (() => BehindSink) | undefined;

/**
 * What stands behind the end of compressed data: zeros are padding; anything else is damage, and goes to a sink of its own.
 *
 * Few readers go on there, but some do, and with other formats too: the zstd tool, libarchive, loops over zlib's streams.
 */
export class Behind implements Sink {
  readonly #format: string;
  readonly #damaged: ReportDamage;
  readonly #make: MakeBehind;
  #told = false;
  #sink: BehindSink | undefined;

  constructor(format: string, damaged: ReportDamage, make: MakeBehind) {
    this.#format = format;
    this.#damaged = damaged;
    this.#make = make;
  }

  get done(): boolean {
    return this.#told && this.#sink?.done !== false;
  }

  async push(bytes: Uint8Array): Promise<void> {
    let start = 0;
    if (!this.#told) {
      while (start < bytes.length && bytes[start] === 0) start++;
      if (start === bytes.length) return;
      this.#told = true;
      this.#sink = this.#make?.();
      if (this.#sink?.expected !== true) this.#damaged(`there are bytes behind the end of the ${this.#format} data`);
    }
    await this.#sink?.push(bytes.subarray(start));
  }

  async end(): Promise<void> {
    await this.#sink?.end();
  }

  close(): void {
    this.#sink?.close();
  }
}
