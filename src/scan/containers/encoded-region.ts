import type { Encoding } from './encoded-start.ts';
import { sextets } from './long-words.ts';

/** Room for a line end and a deep indentation. */
const longestBreak = 64;
/** Nobody wraps at more. */
const longestLine = 1024;

/** How far behind an offset a region must see to tell whether it goes on there. */
export const regionAhead = longestBreak + longestLine + 2;

const [lf, cr, blank, tab, backslash, equals, slash] = [0x0a, 0x0d, 0x20, 0x09, 0x5c, 0x3d, 0x2f];
/** What may stand behind the last character of a line: the end of a line, of a string, of an element. */
const lineEnds: readonly number[] = [lf, cr, equals, backslash, 0x22, 0x27, 0x60, 0x3c, 0];

/**
 * Reads one encoded text on from its first character: over the line ends by which tools wrap it, also where these are
 * escaped (`\n`), and up to what belongs to it no more.
 *
 * All lines but the last have the same width. A slash may be escaped, as PHP's JSON has it.
 */
export class EncodedRegion {
  over = false;
  readonly #encoding: Encoding;
  /** Characters that are too few to be decoded. */
  #rest = '';
  #line = 0;
  /** Of the lines; undefined in the first. */
  #width: number | undefined;

  constructor(encoding: Encoding) {
    this.#encoding = encoding;
  }

  /**
   * Takes what belongs to the region from `at` on; gives back where it stopped, and what was decoded.
   *
   * It stops before the end of the bytes where what comes behind them decides; with `last` nothing does.
   */
  take(bytes: Uint8Array, at: number, last: boolean): { at: number; decoded: Buffer[] } {
    const decoded: Buffer[] = [];
    let read = at;
    while (!this.over) {
      const end = this.#lineEnd(bytes, read);
      if (end > read) decoded.push(this.#decode(bytes.subarray(read, end)));
      this.#line += end - read;
      read = end;
      const next = this.#nextLine(bytes, read, last);
      if (next === 'wait') return { at: read, decoded };
      if (next === undefined) this.over = true;
      else read = next;
    }
    if (this.#rest.length > 1) decoded.push(Buffer.from(this.#rest, this.#encoding));
    return { at: read, decoded };
  }

  #lineEnd(bytes: Uint8Array, from: number): number {
    let at = from;
    if (this.#encoding === 'hex') while (at < bytes.length && isHexDigit(bytes[at]!)) at++;
    else while (at < bytes.length && sextets[bytes[at]!] !== 255) at++;
    return at;
  }

  #decode(bytes: Uint8Array): Buffer {
    const text = this.#rest + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    const group = this.#encoding === 'hex' ? 2 : 4;
    const whole = text.length - (text.length % group);
    this.#rest = text.slice(whole);
    return Buffer.from(text.slice(0, whole), this.#encoding);
  }

  /** Where the region goes on behind the end of a line; undefined where it does not. */
  #nextLine(bytes: Uint8Array, at: number, last: boolean): number | 'wait' | undefined {
    if (at === bytes.length) return last ? undefined : 'wait';
    if (!startsBreak(bytes[at]!)) return undefined;
    if (!last && bytes.length - at < regionAhead) return 'wait';
    if (bytes[at] === backslash && bytes[at + 1] === slash) return at + 1;
    if (this.#line > longestLine || (this.#width !== undefined && this.#line !== this.#width)) return undefined;
    const start = breakEnd(bytes, at);
    if (start === at) return undefined;
    const end = this.#lineEnd(bytes, start);
    const goesOn = end > start && end - start <= this.#line && (end === bytes.length || lineEnds.includes(bytes[end]!));
    if (!goesOn) return undefined;
    this.#width = this.#line;
    this.#line = 0;
    return start;
  }
}

function startsBreak(byte: number): boolean {
  return byte === lf || byte === cr || byte === backslash;
}

/** End of the line end at `from`, with the indentation behind it; `from` where none is. */
function breakEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  let ends = 0;
  while (at < bytes.length && at - from < longestBreak) {
    const byte = bytes[at]!;
    if (byte === lf || byte === cr) {
      ends++;
      at++;
    } else if (byte === backslash) {
      const letter = letterBehind(bytes, at);
      if (letter === undefined) break;
      ends++;
      at = letter + 1;
    } else if ((byte === blank || byte === tab) && ends > 0) at++;
    else break;
  }
  return ends === 0 ? from : at;
}

/** Of an escape that stands for a line end, however often it was escaped. */
function letterBehind(bytes: Uint8Array, from: number): number | undefined {
  let at = from;
  while (bytes[at] === backslash && at - from < 8) at++;
  return bytes[at] === 0x6e || bytes[at] === 0x72 ? at : undefined;
}

function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66) || (byte >= 0x41 && byte <= 0x46);
}
