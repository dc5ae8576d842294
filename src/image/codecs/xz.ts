import { crc32 } from 'node:zlib';
import type { ReportDamage, Sink } from '../sink.ts';
import { Behind, type MakeBehind } from './behind.ts';
import type { ByteFilter } from './byte-filter.ts';
import { Lzma2 } from './lzma2.ts';
import { checkOf, type XzCheck } from './xz-check.ts';
import { filterChain } from './xz-filters.ts';

const streamMagic = Buffer.from('\xfd7zXZ\0', 'latin1');
const headerBytes = 12;
const footerBytes = 12;
/** Of every block's check, by its type (2.1.1.2). */
const checkBytes = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];
/** What `xz -9` asks for; more would be memory that an image's author chooses. */
const mostWindowBytes = 64 * 1024 * 1024;

/** Whether the bytes can start an xz file. */
export function isXz(head: Uint8Array): boolean {
  return head.length >= headerBytes && streamMagic.every((byte, at) => head[at] === byte);
}

export interface XzOptions {
  damaged: ReportDamage;
  /** Met what is valid and not decoded: a filter that is not known, or a window over 64 MiB. Nothing more is decoded then. */
  unsupported(): void;
  /** Where goes what stands behind the last stream. */
  behind?: MakeBehind;
}

/**
 * Decompresses xz into `out`: any number of streams, of blocks, of padding between them.
 *
 * Headers and index are checked by their CRC32 and against each other, the content by its own check where it has one (CRC32,
 * CRC64, SHA-256). Format: The .xz File Format, 1.2.1 (tukaani.org).
 */
export function unxz(out: Sink, options: XzOptions): Sink {
  return new XzSink(out, options);
}

type State =
  | 'stream'
  | 'block-size'
  | 'block'
  | 'data'
  | 'check'
  | 'index'
  | 'index-end'
  | 'footer'
  | 'padding'
  | 'behind'
  | 'lost';

class XzSink implements Sink {
  readonly #out: Sink;
  readonly #options: XzOptions;
  #state: State = 'stream';
  /** Header bytes, gathered until `#needed` are there. */
  readonly #gathered = Buffer.alloc(1024);
  #filled = 0;
  #needed = headerBytes;
  #check = 0;
  /** Of the current block's content. */
  #checked: XzCheck | undefined;
  #lzma2: Lzma2 | undefined;
  /** What the current block's bytes go through behind LZMA2, in order. */
  #filters: readonly ByteFilter[] = [];
  /** Bytes of the current block or index, for its padding to four. */
  #length = 0;
  #blocks = 0;
  /** Numbers of the index that are still to come; undefined before their count was read. */
  #numbersLeft: number | undefined;
  #indexCrc = 0;
  #paddingBytes = 0;
  readonly #behind: Behind;

  constructor(out: Sink, options: XzOptions) {
    this.#out = out;
    this.#options = options;
    this.#behind = new Behind('xz', options.damaged, options.behind);
  }

  get done(): boolean {
    return this.#state === 'lost' || (this.#state === 'behind' ? this.#behind : this.#out).done;
  }

  async push(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length && !this.done; ) {
      const rest = chunk.subarray(at);
      if (this.#state === 'data') at += await this.#decode(rest);
      else if (this.#state === 'padding') at += this.#takePadding(rest);
      else if (this.#state === 'behind') at += await this.#takeBehind(rest);
      else if (this.#state === 'index') at += this.#takeIndex(rest);
      else at += this.#gather(rest);
    }
  }

  async end(): Promise<void> {
    const whole = this.#state === 'padding' || this.#state === 'behind' || this.done;
    if (!whole) await this.#endFilters();
    if (!whole) this.#fail('the xz data is cut off');
    await this.#out.end();
    await this.#behind.end();
  }

  close(): void {
    this.#state = 'lost';
    this.#lzma2 = undefined;
    this.#out.close();
    this.#behind.close();
  }

  #gather(bytes: Uint8Array): number {
    const part = bytes.subarray(0, this.#needed - this.#filled);
    this.#gathered.set(part, this.#filled);
    this.#filled += part.length;
    if (this.#filled === this.#needed) this.#read(this.#gathered.subarray(0, this.#needed));
    return part.length;
  }

  #read(bytes: Buffer): void {
    if (this.#state === 'stream') this.#readStreamHeader(bytes);
    else if (this.#state === 'block-size') this.#readBlockSize(bytes[0]!);
    else if (this.#state === 'block') this.#readBlockHeader(bytes);
    else if (this.#state === 'check') this.#readCheck(bytes);
    else if (this.#state === 'index-end') this.#readIndexEnd(bytes);
    else this.#readFooter(bytes);
  }

  #expect(state: State, needed: number): void {
    this.#state = state;
    this.#needed = needed;
    this.#filled = 0;
  }

  #readStreamHeader(bytes: Buffer): void {
    const flags = bytes.subarray(6, 8);
    const valid = isXz(bytes) && flags[0] === 0 && flags[1]! < 16 && crc32(flags) === bytes.readUInt32LE(8);
    if (!valid) {
      this.#fail('the xz header cannot be read', true);
      return;
    }
    this.#check = flags[1]!;
    this.#blocks = 0;
    this.#expect('block-size', 1);
  }

  #readBlockSize(byte: number): void {
    if (byte === 0) {
      this.#state = 'index';
      this.#length = 1;
      this.#numbersLeft = undefined;
      this.#filled = 0;
      this.#indexCrc = crc32(Buffer.from([0]));
      return;
    }
    this.#state = 'block';
    this.#needed = (byte + 1) * 4;
  }

  #readBlockHeader(bytes: Buffer): void {
    const end = bytes.length - 4;
    const flags = bytes[1]!;
    if (crc32(bytes.subarray(0, end)) !== bytes.readUInt32LE(end) || (flags & 0x3c) !== 0) {
      this.#fail('a block header of the xz data cannot be read', true);
      return;
    }
    let at = 2;
    for (const present of [flags & 0x40, flags & 0x80]) {
      if (present === 0) continue;
      while (at < end && bytes[at]! >= 0x80) at += 1;
      at += 1;
    }
    const known = filterChain(bytes.subarray(at, end), (flags & 3) + 1);
    if (known === undefined || known.windowBytes > mostWindowBytes) {
      this.#state = 'lost';
      this.#options.unsupported();
      return;
    }
    const { windowBytes, filters } = known;
    this.#filters = filters;
    this.#lzma2 = new Lzma2(windowBytes);
    this.#checked = checkOf(this.#check);
    this.#length = 0;
    this.#blocks += 1;
    this.#state = 'data';
  }

  async #decode(bytes: Uint8Array): Promise<number> {
    const lzma2 = this.#lzma2!;
    let step: { taken: number; output: Uint8Array[] };
    try {
      step = lzma2.take(bytes);
    } catch {
      this.#fail('the xz data is broken', true);
      return bytes.length;
    }
    this.#length += step.taken;
    for (const part of step.output) await this.#filter(part);
    if (lzma2.over) {
      await this.#endFilters();
      this.#lzma2 = undefined;
      const behind = paddingTo4(this.#length) + checkBytes[this.#check]!;
      this.#expect(behind === 0 ? 'block-size' : 'check', behind === 0 ? 1 : behind);
    }
    return step.taken;
  }

  /** Hands on what the filters from the `from`th on make of the bytes. */
  async #filter(part: Uint8Array, from = 0): Promise<void> {
    let bytes = part;
    for (const filter of this.#filters.slice(from)) bytes = filter.push(bytes);
    await this.#handOn(bytes);
  }

  async #endFilters(): Promise<void> {
    for (const [index, filter] of this.#filters.entries()) await this.#filter(filter.end(), index + 1);
    this.#filters = [];
  }

  async #handOn(part: Uint8Array): Promise<void> {
    this.#checked?.update(part);
    if (part.length > 0 && !this.#out.done) await this.#out.push(part);
  }

  /** Padding to four bytes, and the check of the block's content. */
  #readCheck(bytes: Buffer): void {
    const stored = bytes.subarray(bytes.length - checkBytes[this.#check]!);
    if (this.#checked?.holds(stored) === false) this.#options.damaged('the check of the xz data does not hold');
    this.#expect('block-size', 1);
  }

  /** A count, then two numbers a block; only that they are as many as the blocks matters. */
  #takeIndex(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length && this.#state === 'index') {
      this.#gathered[this.#filled++] = bytes[at++]!;
      if (bytes[at - 1]! >= 0x80 && this.#filled < 9) continue;
      const number = this.#gathered.subarray(0, this.#filled);
      this.#length += number.length;
      this.#indexCrc = crc32(number, this.#indexCrc);
      if (this.#numbersLeft === undefined) {
        if (numberOf(number) !== this.#blocks) this.#fail('the index of the xz data names other blocks', true);
        this.#numbersLeft = 2 * this.#blocks;
      } else this.#numbersLeft -= 1;
      this.#filled = 0;
      if (this.#numbersLeft === 0 && this.#state === 'index') this.#expect('index-end', paddingTo4(this.#length) + 4);
    }
    return at;
  }

  #readIndexEnd(bytes: Buffer): void {
    const end = bytes.length - 4;
    if (crc32(bytes.subarray(0, end), this.#indexCrc) !== bytes.readUInt32LE(end))
      this.#fail('the index of the xz data cannot be read');
    else this.#expect('footer', footerBytes);
  }

  #readFooter(bytes: Buffer): void {
    const valid = bytes[10] === 0x59 && bytes[11] === 0x5a && crc32(bytes.subarray(4, 10)) === bytes.readUInt32LE(0);
    if (!valid) {
      this.#fail('the end of the xz data cannot be read');
      return;
    }
    this.#state = 'padding';
    this.#paddingBytes = 0;
  }

  /** Zeros, or another stream. */
  #takePadding(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length && bytes[at] === 0) at += 1;
    this.#paddingBytes += at;
    if (at === bytes.length) return at;
    if (bytes[at] === streamMagic[0] && this.#paddingBytes % 4 === 0) this.#expect('stream', headerBytes);
    else this.#state = 'behind';
    return at;
  }

  async #takeBehind(bytes: Uint8Array): Promise<number> {
    await this.#behind.push(bytes);
    return bytes.length;
  }

  #fail(why: string, lost?: boolean): void {
    this.#state = 'lost';
    this.#lzma2 = undefined;
    this.#options.damaged(why, lost);
  }
}

function paddingTo4(length: number): number {
  return (4 - (length % 4)) % 4;
}

/** A variable-length integer (1.2). */
function numberOf(bytes: Uint8Array): number {
  return bytes.reduceRight((value, byte) => value * 128 + (byte & 0x7f), 0);
}
