import { setImmediate } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { ReportDamage, Sink } from '../../sink.ts';
import type { DeflateDecoder } from './decoder.ts';
import { returnDecoder } from './decoders.ts';
import type { InflateOptions, RawInflate } from './raw-inflate.ts';
import type { Snapshot } from './snapshot.ts';

/** A stream that was given away between two pushes, and the CRC-32 of what was handed on of it, when it is wanted. */
export interface Left {
  snapshot: Snapshot;
  crc: number | undefined;
}

/** Fed first: a tiny stream is over within it, and thousands of them may stand in one chunk. */
const firstBytes = 1024;

/** Decompresses by a decoder of this thread: its output is searched where it was decoded, while it is in the caches. */
export class WasmInflate implements RawInflate {
  over = false;
  broken = false;
  crc = 0;
  #decoder: DeflateDecoder | undefined;
  #pushing = false;
  /** Nothing was fed yet. */
  #isNew = true;
  readonly #out: Sink;
  readonly #damaged: ReportDamage;
  readonly #checked: boolean;

  constructor(decoder: DeflateDecoder, out: Sink, damaged: ReportDamage, { crc = false }: InflateOptions = {}) {
    this.#checked = crc;
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
      await this.#handOn(decoder.take());
      if (step === 'ended') this.over = true;
      else if (step === 'broken') this.#fail();
      if (this.broken) return chunk.length;
      // it may have been closed, too
      if (this.over || this.#out.done) return fed - decoder.unused;
      if (step === 'full') await setImmediate();
      else if (fed === chunk.length) return fed;
      else fed += decoder.feed(chunk.subarray(fed, this.#isNew ? firstBytes : undefined));
      this.#isNew = false;
    }
  }

  #handOn(output: Uint8Array): Promise<void> | undefined {
    if (output.length === 0) return undefined;
    if (this.#checked) this.crc = crc32(output, this.crc);
    return this.#out.push(output);
  }

  /** Gives the stream away between two pushes: another decoder goes on with it, and this is over. Undefined when it was. */
  leave(): Left | undefined {
    if (this.#decoder === undefined || this.over) return undefined;
    const snapshot = this.#decoder.save();
    this.close();
    return { snapshot, crc: this.#checked ? this.crc : undefined };
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
