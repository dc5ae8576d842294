import type { ReportDamage, Sink } from '../sink.ts';
import { Behind, type MakeBehind } from './behind.ts';
import { LzmaError } from './lzma.ts';
import { LzmaStream } from './lzma-stream.ts';

/** Of a .lzma file: properties, window, size. */
const aloneHeader = 13;
/** As for xz; a stream of a known size needs no larger window than that. */
const mostWindowBytes = 64 * 1024 * 1024;
const smallestWindow = 4096;
const mostSize = 2 ** 38;

export interface UnlzmaOptions {
  damaged: ReportDamage;
  /** Met what is valid and not decoded: a window over 64 MiB. Nothing more is decoded then. */
  unsupported(): void;
  /** Where goes what stands behind the end. */
  behind?: MakeBehind;
}

/**
 * Whether the bytes can start a .lzma file, which has no magic.
 *
 * As xz(1) tells it: the window is 2^n or 2^n + 2^(n-1), the size unknown or below 256 GiB; beyond that the first byte of the
 * data is 0. `named`: its name says so too, and the properties may be others than the usual ones.
 */
export function isLzma(head: Uint8Array, named: boolean): boolean {
  if (head.length <= aloneHeader || head[aloneHeader] !== 0) return false;
  if (named ? head[0]! >= 225 : head[0] !== 0x5d) return false;
  const { windowBytes, size } = readAlone(head);
  const power = 2 ** Math.floor(Math.log2(windowBytes));
  return windowBytes > 0 && [power, power * 1.5].includes(windowBytes) && (size === undefined || size < mostSize);
}

/** Decompresses a .lzma file into `out`. Format: the LZMA specification (lzma-specification.txt), "Lzma file format". */
export function unlzma(out: Sink, options: UnlzmaOptions): Sink {
  return new UnlzmaSink(out, options, aloneHeader, readAlone);
}

/** Decompresses a member of a zip with method 14. Format: PKWARE APPNOTE 6.3.10, 5.8.8; `size` as the zip says it. */
export function unlzmaZip(out: Sink, options: UnlzmaOptions, size: number | undefined): Sink {
  // two bytes of version, two of the length of what follows: 5
  return new UnlzmaSink(out, options, 9, (header) => {
    if (header[2] !== 5 || header[3] !== 0) throw new LzmaError('properties');
    const found = { properties: header[4]!, windowBytes: Buffer.from(header).readUInt32LE(5) };
    return size === undefined ? found : { ...found, size };
  });
}

/** Decompresses LZMA without a wrapper of its own, as 7z holds it: `properties` are the five bytes of its coder. */
export function unlzmaRaw(
  out: Sink,
  options: UnlzmaOptions,
  { properties, size }: { properties: Buffer; size: number },
): Sink {
  const read = { properties: properties[0]!, windowBytes: properties.readUInt32LE(1), size };
  return new UnlzmaSink(out, options, 0, () => read);
}

interface Properties {
  properties: number;
  windowBytes: number;
  size?: number;
}

function readAlone(header: Uint8Array): Properties {
  const bytes = Buffer.from(header.buffer, header.byteOffset, aloneHeader);
  const found = { properties: bytes[0]!, windowBytes: bytes.readUInt32LE(1) };
  const size = bytes.readBigUInt64LE(5);
  return size === 0xffffffffffffffffn ? found : { ...found, size: Number(size) };
}

class UnlzmaSink implements Sink {
  readonly #out: Sink;
  readonly #options: UnlzmaOptions;
  readonly #headerBytes: number;
  readonly #read: (header: Uint8Array) => Properties;
  #header: Buffer = Buffer.alloc(0);
  #stream: LzmaStream | undefined;
  #lost = false;
  readonly #behind: Behind;

  constructor(out: Sink, options: UnlzmaOptions, headerBytes: number, read: (header: Uint8Array) => Properties) {
    this.#out = out;
    this.#options = options;
    this.#headerBytes = headerBytes;
    this.#read = read;
    this.#behind = new Behind('lzma', options.damaged, options.behind);
  }

  get done(): boolean {
    return this.#lost || (this.#over ? this.#behind : this.#out).done;
  }

  get #over(): boolean {
    return this.#stream?.over === true;
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (this.done) return;
    if (this.#over) {
      await this.#behind.push(chunk);
      return;
    }
    let rest = chunk;
    if (this.#stream === undefined) {
      const part = chunk.subarray(0, this.#headerBytes - this.#header.length);
      this.#header = Buffer.concat([this.#header, part]);
      rest = chunk.subarray(part.length);
      if (this.#header.length < this.#headerBytes || !this.#open()) return;
    }
    await this.#take((stream) => stream.feed(rest));
  }

  async end(): Promise<void> {
    if (!this.done && !this.#over) {
      await this.#take((stream) => stream.end());
      if (!this.done && !this.#over) this.#fail('the lzma data is cut off');
    }
    await this.#out.end();
    await this.#behind.end();
  }

  close(): void {
    this.#lost = true;
    this.#stream = undefined;
    this.#out.close();
    this.#behind.close();
  }

  #open(): boolean {
    try {
      const { properties, windowBytes, size } = this.#read(this.#header);
      const needed = Math.max(smallestWindow, Math.min(windowBytes, size ?? Number.POSITIVE_INFINITY));
      if (needed > mostWindowBytes) {
        this.#lost = true;
        this.#options.unsupported();
        return false;
      }
      this.#stream = new LzmaStream({ properties, windowBytes: needed, ...(size === undefined ? {} : { size }) });
      return true;
    } catch {
      this.#fail('the lzma header cannot be read', true);
      return false;
    }
  }

  async #take(step: (stream: LzmaStream) => Generator<Uint8Array>): Promise<void> {
    const stream = this.#stream;
    if (stream === undefined) return;
    const pieces = step(stream);
    for (;;) {
      const piece = this.#next(pieces);
      if (piece === undefined || this.#out.done) break;
      await this.#out.push(piece);
    }
    if (stream.over) await this.#behind.push(stream.rest);
  }

  /** Only what the decoder throws is damage, not what the search behind it does. */
  #next(pieces: Generator<Uint8Array>): Uint8Array | undefined {
    try {
      const { value, done } = pieces.next();
      return done ? undefined : value;
    } catch {
      this.#fail('the lzma data is broken', true);
      return undefined;
    }
  }

  #fail(why: string, lost?: boolean): void {
    this.#lost = true;
    this.#options.damaged(why, lost);
  }
}
