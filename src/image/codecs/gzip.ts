import type { ReportDamage, Sink } from '../sink.ts';
import { Behind, type MakeBehind } from './behind.ts';
import { foreseeThread } from './deflate/threads.ts';
import { GzipHeader } from './gzip-header.ts';
import { Inflate } from './inflate.ts';

const trailerBytes = 8;

/**
 * Decompresses gzip into `out`: any number of members one after another.
 *
 * Not node:zlib's own gunzip: with bytes behind the last member it drops decoded output or passes over them silently.
 * Zeros between members and behind the last are padding (as Python's gzip and libarchive take them); anything else there is
 * damage and goes to the sink that `behind` makes. So are a broken member, a wrong checksum and a missing end. Format: RFC 1952.
 */
export function gunzip(out: Sink, damaged: ReportDamage, options: GunzipOptions = {}): Gunzip {
  return new GzipSink(out, damaged, options);
}

export interface GunzipOptions {
  behind?: MakeBehind;
  /** How far back `isHeader` is asked, in bytes. */
  reach?: number;
}

export interface Gunzip extends Sink {
  /** What is going to be pushed next, the same object, and stays as it is until then: a thread may decode it already. */
  ahead(chunk: Uint8Array): void;
  /** Whether the byte at that offset is of a member's header, which decoding drops: it may hold a name and a comment. */
  isHeader(offset: number): boolean;
}

/** A stream that has so much at hand when it begins is likely to be worth a thread. */
const promisingBytes = 512 * 1024;

/** Headers are forgotten so many at a time. */
const trimEvery = 1024;

const magic = Uint8Array.of(0x1f, 0x8b, 8);

class GzipSink implements Gunzip {
  readonly #out: Sink;
  readonly #member: Sink;
  readonly #damaged: ReportDamage;
  readonly #behind: Behind;
  #state: 'header' | 'body' | 'trailer' | 'padding' | 'behind' | 'lost' = 'header';
  #header = new GzipHeader();
  readonly #reach: number;
  #offset = 0;
  /** Start and end of each header, in turn. */
  readonly #headers: number[] = [];
  #inflate: Inflate | undefined;
  readonly #trailer = Buffer.alloc(trailerBytes);
  #filled = 0;
  #members = 0;
  #size = 0;

  constructor(out: Sink, damaged: ReportDamage, { behind, reach = 0 }: GunzipOptions) {
    this.#out = out;
    this.#reach = reach;
    this.#behind = new Behind('gzip', damaged, behind);
    this.#damaged = damaged;
    this.#member = {
      push: (chunk) => {
        this.#size = (this.#size + chunk.length) % 2 ** 32;
        return out.push(chunk);
      },
      end: () => Promise.resolve(),
      close: () => {},
      get done() {
        return out.done;
      },
    };
  }

  get done(): boolean {
    return this.#state === 'lost' || (this.#state === 'behind' ? this.#behind : this.#out).done;
  }

  async push(chunk: Uint8Array): Promise<void> {
    let rest = chunk;
    while (rest.length > 0 && !this.done) {
      const taken =
        this.#state === 'body'
          ? await this.#takeBody(rest)
          : this.#state === 'header'
            ? await this.#takeHeader(rest)
            : this.#state === 'trailer'
              ? this.#takeTrailer(rest)
              : await this.#takeRest(rest);
      rest = rest.subarray(taken);
      this.#offset += taken;
    }
  }

  ahead(chunk: Uint8Array): void {
    if (this.#state === 'body') this.#inflate?.ahead(chunk);
  }

  async end(): Promise<void> {
    if (this.#state === 'body') await this.#inflate?.end();
    else if (!this.done && (this.#state === 'trailer' || (this.#state === 'header' && !this.#betweenMembers)))
      this.#fail('the gzip data is cut off');
    await this.#out.end();
    await this.#behind.end();
  }

  close(): void {
    this.#state = 'lost';
    this.#inflate?.close();
    this.#out.close();
    this.#behind.close();
  }

  isHeader(offset: number): boolean {
    if (this.#state === 'header' && offset >= this.#offset - this.#header.length) return true;
    const after = this.#headers.findIndex((edge) => edge > offset);
    return after % 2 === 1;
  }

  #noteHeader(end: number): void {
    this.#headers.push(end - this.#header.length, end);
    if (this.#headers.length % trimEvery !== 0) return;
    const gone = this.#headers.findIndex((edge) => edge > end - this.#reach);
    this.#headers.splice(0, gone - (gone % 2));
  }

  get #betweenMembers(): boolean {
    return this.#members > 0 && this.#header.length === 0;
  }

  async #takeHeader(bytes: Uint8Array): Promise<number> {
    if (this.#betweenMembers && bytes[0] === 0) {
      this.#state = 'padding';
      return 0;
    }
    const taken = this.#header.take(bytes);
    if (this.#header.state === 'wrong' && this.#members > 0) {
      this.#state = 'behind';
      // the last byte that was taken is what made it wrong
      await this.#behind.push(magic.subarray(0, this.#header.length - 1));
      return taken - 1;
    }
    if (this.#header.state === 'wrong') this.#fail('the gzip header cannot be read');
    else if (this.#header.state === 'whole') {
      this.#noteHeader(this.#offset + taken);
      if (this.#members === 0 && bytes.length - taken >= promisingBytes) foreseeThread();
      this.#state = 'body';
      this.#size = 0;
      this.#inflate = new Inflate(this.#member, (why, lost) => this.#fail(why, lost), { crc: true });
    }
    return taken;
  }

  async #takeBody(bytes: Uint8Array): Promise<number> {
    const inflate = this.#inflate!;
    const taken = await inflate.push(bytes);
    if (inflate.over && this.#state === 'body') {
      this.#state = 'trailer';
      this.#filled = 0;
    }
    return taken;
  }

  #takeTrailer(bytes: Uint8Array): number {
    const taken = Math.min(trailerBytes - this.#filled, bytes.length);
    this.#trailer.set(bytes.subarray(0, taken), this.#filled);
    this.#filled += taken;
    if (this.#filled === trailerBytes) {
      this.#members++;
      this.#header = new GzipHeader();
      this.#state = 'header';
      if (this.#trailer.readUInt32LE(0) !== this.#inflate?.crc || this.#trailer.readUInt32LE(4) !== this.#size)
        this.#damaged('the checksum of the gzip data does not hold');
    }
    return taken;
  }

  async #takeRest(bytes: Uint8Array): Promise<number> {
    if (this.#state === 'behind') {
      await this.#behind.push(bytes);
      return bytes.length;
    }
    let end = 0;
    while (end < bytes.length && bytes[end] === 0) end++;
    if (end < bytes.length) this.#state = 'header';
    return end;
  }

  #fail(why: string, lost?: boolean): void {
    this.#state = 'lost';
    this.#inflate?.close();
    this.#damaged(why, lost);
  }
}
