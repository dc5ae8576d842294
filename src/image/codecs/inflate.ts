import type { ReportDamage, Sink } from '../sink.ts';
import { borrowDecoder } from './deflate/decoders.ts';
import type { RawInflate } from './deflate/raw-inflate.ts';
import { WasmInflate } from './deflate/wasm-inflate.ts';
import { ZlibInflate } from './deflate/zlib-inflate.ts';

/**
 * Decompresses one raw deflate stream into `out` and takes no byte behind its end.
 *
 * `out.end()` is left to the caller, as gzip puts many streams into one. Nothing is held before the first byte. Format: RFC 1951.
 */
export class Inflate implements RawInflate {
  readonly #out: Sink;
  readonly #damaged: ReportDamage;
  #started: RawInflate | undefined;
  #closed = false;

  constructor(out: Sink, damaged: ReportDamage) {
    this.#out = out;
    this.#damaged = damaged;
  }

  get over(): boolean {
    return this.#started?.over ?? this.#closed;
  }

  get broken(): boolean {
    return this.#started?.broken === true;
  }

  async push(chunk: Uint8Array): Promise<number> {
    return this.over || chunk.length === 0 ? 0 : this.#start().push(chunk);
  }

  async end(): Promise<void> {
    if (!this.#closed) await this.#start().end();
  }

  close(): void {
    this.#closed = true;
    this.#started?.close();
  }

  #start(): RawInflate {
    if (this.#started === undefined) {
      const decoder = borrowDecoder();
      this.#started =
        decoder === undefined
          ? new ZlibInflate(this.#out, this.#damaged)
          : new WasmInflate(decoder, this.#out, this.#damaged);
    }
    return this.#started;
  }
}
