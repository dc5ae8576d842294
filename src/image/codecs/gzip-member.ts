import type { ReportDamage, Sink } from '../sink.ts';
import { GzipHeader } from './gzip-header.ts';
import { Inflate } from './inflate.ts';

const trailerBytes = 8;

/**
 * Decompresses one gzip member into `out` and takes no byte behind its end.
 *
 * For members in the middle of other bytes; `gunzip` is for files. `out.end()` is left to the caller. The checksum is not
 * compared: it would tell nothing about what was searched. Format: RFC 1952.
 */
export class GzipMember {
  readonly #header = new GzipHeader();
  readonly #inflate: Inflate;
  #trailer = 0;

  constructor(out: Sink, damaged: ReportDamage) {
    this.#inflate = new Inflate(out, damaged);
  }

  /** The member has ended, broke, or `out` wants no more. */
  get over(): boolean {
    const { state } = this.#header;
    return state === 'wrong' || this.#inflate.broken || (this.#inflate.over && this.#trailer === trailerBytes);
  }

  /** Takes the next bytes; gives back how many of them belong to the member. */
  async push(chunk: Uint8Array): Promise<number> {
    let taken = this.#header.state === 'open' ? this.#header.take(chunk) : 0;
    if (this.#header.state !== 'whole') return taken;
    if (!this.#inflate.over) taken += await this.#inflate.push(chunk.subarray(taken));
    if (!this.#inflate.over || this.#inflate.broken) return taken;
    const trailer = Math.min(trailerBytes - this.#trailer, chunk.length - taken);
    this.#trailer += trailer;
    return taken + trailer;
  }

  /** No more bytes will come: damage when the data has not ended. */
  async end(): Promise<void> {
    if (this.#header.state === 'whole' && !this.#inflate.over) await this.#inflate.end();
  }

  close(): void {
    this.#inflate.close();
  }
}
