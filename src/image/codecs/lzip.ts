import { crc32 } from 'node:zlib';
import type { ReportDamage, Sink } from '../sink.ts';
import { LzmaStream } from './lzma-stream.ts';

/** And the version. */
const magic = Buffer.from('LZIP\x01');
const headerBytes = 6;
/** CRC32, size of the data, size of the member. */
const trailerBytes = 20;
/** lc 3, lp 0, pb 2. */
const properties = 93;
const mostWindowBytes = 64 * 1024 * 1024;

/** Whether the bytes can start an lzip file. */
export function isLzip(head: Uint8Array): boolean {
  return head.length >= headerBytes && magic.every((byte, at) => head[at] === byte);
}

/**
 * Decompresses lzip into `out`: any number of members.
 *
 * Their checksums and sizes are compared. `unsupported`: a window over 64 MiB; nothing more is decoded then. Format: the lzip
 * manual, "File format".
 */
export function unlzip(out: Sink, options: { damaged: ReportDamage; unsupported(): void }): Sink {
  return new LzipSink(out, options);
}

class LzipSink implements Sink {
  readonly #out: Sink;
  readonly #options: { damaged: ReportDamage; unsupported(): void };
  #state: 'header' | 'data' | 'trailer' | 'lost' = 'header';
  #gathered: Buffer = Buffer.alloc(0);
  #stream: LzmaStream | undefined;
  #members = 0;
  #crc = 0;
  #size = 0;

  constructor(out: Sink, options: { damaged: ReportDamage; unsupported(): void }) {
    this.#out = out;
    this.#options = options;
  }

  get done(): boolean {
    return this.#state === 'lost' || this.#out.done;
  }

  async push(chunk: Uint8Array): Promise<void> {
    let rest: Uint8Array = chunk;
    while (rest.length > 0 && !this.done) rest = this.#state === 'data' ? await this.#feed(rest) : this.#gather(rest);
  }

  async end(): Promise<void> {
    if (this.#state === 'data') await this.#take(this.#stream!.end());
    if (this.#state === 'data' && this.#stream!.over) {
      this.#leave();
      this.#gather(this.#stream!.rest);
    }
    const behind = this.#state === 'header' && this.#members > 0;
    if (!this.done && !(behind && this.#gathered.every((byte) => byte === 0))) this.#fail('the lzip data is cut off');
    await this.#out.end();
  }

  close(): void {
    this.#state = 'lost';
    this.#stream = undefined;
    this.#out.close();
  }

  #gather(bytes: Uint8Array): Uint8Array {
    const needed = this.#state === 'header' ? headerBytes : trailerBytes;
    const part = bytes.subarray(0, needed - this.#gathered.length);
    this.#gathered = Buffer.concat([this.#gathered, part]);
    if (this.#gathered.length === needed) {
      const whole = this.#gathered;
      this.#gathered = Buffer.alloc(0);
      if (this.#state === 'header') this.#readHeader(whole);
      else this.#readTrailer(whole);
    }
    return bytes.subarray(part.length);
  }

  #readHeader(header: Buffer): void {
    if (!isLzip(header)) {
      if (header.some((byte) => byte !== 0)) this.#fail('there are bytes behind the end of the lzip data');
      return;
    }
    // a power of two, less some sixteenths of it
    const power = 2 ** (header[5]! & 31);
    const windowBytes = power - (power / 16) * (header[5]! >> 5);
    if (windowBytes > mostWindowBytes) {
      this.#state = 'lost';
      this.#options.unsupported();
      return;
    }
    this.#stream = new LzmaStream({ properties, windowBytes });
    this.#state = 'data';
    this.#members += 1;
    this.#crc = 0;
    this.#size = 0;
  }

  async #feed(bytes: Uint8Array): Promise<Uint8Array> {
    const stream = this.#stream!;
    await this.#take(stream.feed(bytes));
    if (this.done || !stream.over) return new Uint8Array(0);
    this.#leave();
    return stream.rest;
  }

  #leave(): void {
    this.#state = 'trailer';
  }

  async #take(pieces: Generator<Uint8Array>): Promise<void> {
    for (;;) {
      const piece = this.#next(pieces);
      if (piece === undefined || this.#out.done) return;
      this.#crc = crc32(piece, this.#crc);
      this.#size += piece.length;
      await this.#out.push(piece);
    }
  }

  #next(pieces: Generator<Uint8Array>): Uint8Array | undefined {
    try {
      const { value, done } = pieces.next();
      return done ? undefined : value;
    } catch {
      this.#fail('the lzip data is broken', true);
      return undefined;
    }
  }

  #readTrailer(trailer: Buffer): void {
    if (trailer.readUInt32LE(0) !== this.#crc || Number(trailer.readBigUInt64LE(4)) !== this.#size)
      this.#options.damaged('the checksum of the lzip data does not hold');
    this.#state = 'header';
  }

  #fail(why: string, lost?: boolean): void {
    this.#state = 'lost';
    this.#options.damaged(why, lost);
  }
}
