import type { ReportDamage, Sink } from '../sink.ts';

/** Makes the sink of what stands behind the end of compressed data. */
export type MakeBehind = (() => Sink) | undefined;

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
  #sink: Sink | undefined;

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
      this.#damaged(`there are bytes behind the end of the ${this.#format} data`);
      this.#sink = this.#make?.();
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
