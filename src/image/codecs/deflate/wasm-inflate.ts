import { setImmediate } from 'node:timers/promises';
import type { ReportDamage, Sink } from '../../sink.ts';
import type { DeflateDecoder } from './decoder.ts';
import { returnDecoder } from './decoders.ts';
import type { RawInflate } from './raw-inflate.ts';

/** Decompresses by a decoder of this thread: its output is searched where it was decoded, while it is in the caches. */
export class WasmInflate implements RawInflate {
  over = false;
  broken = false;
  #decoder: DeflateDecoder | undefined;
  #pushing = false;
  readonly #out: Sink;
  readonly #damaged: ReportDamage;

  constructor(decoder: DeflateDecoder, out: Sink, damaged: ReportDamage) {
    this.#decoder = decoder;
    this.#out = out;
    this.#damaged = damaged;
  }

  async push(chunk: Uint8Array): Promise<number> {
    if (this.#decoder === undefined || this.over) return 0;
    this.#pushing = true;
    const used = await this.#decode(this.#decoder, chunk);
    this.#pushing = false;
    if (this.over || this.#out.done) this.close();
    return used;
  }

  async #decode(decoder: DeflateDecoder, chunk: Uint8Array): Promise<number> {
    let fed = 0;
    for (;;) {
      const step = decoder.decode();
      const output = decoder.take();
      if (output.length > 0) await this.#out.push(output);
      if (step === 'ended') this.over = true;
      else if (step === 'broken') this.#fail();
      // it may have been closed, too
      if (this.broken) return chunk.length;
      if (this.over || this.#out.done) return fed - decoder.unused;
      if (step === 'full') await setImmediate();
      else if (fed === chunk.length) return fed;
      else fed += decoder.feed(fed === 0 ? chunk : chunk.subarray(fed));
    }
  }

  end(): Promise<void> {
    if (!this.over) this.#damaged('the compressed data is cut off');
    this.close();
    return Promise.resolve();
  }

  close(): void {
    this.over = true;
    // what it decoded may still be looked at
    if (this.#pushing || this.#decoder === undefined) return;
    returnDecoder(this.#decoder);
    this.#decoder = undefined;
  }

  #fail(): void {
    if (this.over) return;
    this.over = true;
    this.broken = true;
    // everything up to the break was handed on; but other readers may pass over what is an error here, and go on
    this.#damaged('the compressed data is broken', true);
  }
}
