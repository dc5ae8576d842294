import type { ReportDamage, Sink } from '../sink.ts';
import { Inflate } from './inflate.ts';
import { inflatedHead } from './inflated-head.ts';

const headerBytes = 2;
const trailerBytes = 4;
/** Adler-32 of so many bytes stays below 2 ** 30. */
const sumBytes = 2048;
/** What `isZlib` is given when there is more. */
const wholeHead = 512;

/** Whether the bytes (512, or all there are) start a zlib stream: its header is short, so what follows must inflate too. */
export function isZlib(head: Uint8Array): boolean {
  if (!isHeader(head[0], head[1])) return false;
  const inflated = inflatedHead(head.subarray(headerBytes));
  if (inflated === undefined) return false;
  const end = headerBytes + inflated.used;
  if (end === head.length) return head.length >= wholeHead;
  return end + trailerBytes > head.length || checksumHolds(inflated.content, head.subarray(end, end + trailerBytes));
}

/** RFC 1950, 2.2: deflate, a window of up to 32 KiB, no preset dictionary, and the check bits. */
function isHeader(first = 0, second = 0): boolean {
  return (first & 0x0f) === 8 && first >> 4 <= 7 && (second & 0x20) === 0 && (first * 256 + second) % 31 === 0;
}

function checksumHolds(bytes: Uint8Array, trailer: Uint8Array): boolean {
  let a = 1;
  let b = 0;
  for (let start = 0; start < bytes.length; start += sumBytes) {
    const end = Math.min(bytes.length, start + sumBytes);
    for (let at = start; at < end; at++) {
      a += bytes[at]!;
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return b === trailer[0]! * 256 + trailer[1]! && a === trailer[2]! * 256 + trailer[3]!;
}

/**
 * Decompresses one zlib stream into `out` and takes no byte behind its end.
 *
 * `out.end()` is left to the caller. The checksum is not compared: blobs have their digest. Format: RFC 1950.
 */
export class Zlib {
  readonly #inflate: Inflate;
  readonly #damaged: ReportDamage;
  #header = 0;
  #first = 0;
  #trailer = 0;
  #wrong = false;

  constructor(out: Sink, damaged: ReportDamage) {
    this.#inflate = new Inflate(out, damaged);
    this.#damaged = damaged;
  }

  /** The stream has ended, broke, or `out` wants no more. */
  get over(): boolean {
    return this.broken || (this.#inflate.over && this.#trailer === trailerBytes);
  }

  get broken(): boolean {
    return this.#wrong || this.#inflate.broken;
  }

  /** Takes the next bytes; gives back how many of them belong to the stream. */
  async push(chunk: Uint8Array): Promise<number> {
    let taken = this.#takeHeader(chunk);
    if (this.#header < headerBytes || this.#wrong) return taken;
    if (!this.#inflate.over) taken += await this.#inflate.push(chunk.subarray(taken));
    if (!this.#inflate.over || this.broken) return taken;
    const trailer = Math.min(trailerBytes - this.#trailer, chunk.length - taken);
    this.#trailer += trailer;
    return taken + trailer;
  }

  /** No more bytes will come: damage when the stream has not ended. */
  async end(): Promise<void> {
    if (this.over) return;
    if (this.#inflate.over) this.#damaged('the zlib data is cut off');
    else await this.#inflate.end();
  }

  close(): void {
    this.#wrong = true;
    this.#inflate.close();
  }

  #takeHeader(chunk: Uint8Array): number {
    let taken = 0;
    while (this.#header < headerBytes && taken < chunk.length) {
      const byte = chunk[taken++]!;
      if (this.#header++ === 0) this.#first = byte;
      else if (!isHeader(this.#first, byte)) {
        this.#wrong = true;
        this.#damaged('the zlib header cannot be read', true);
      }
    }
    return taken;
  }
}
