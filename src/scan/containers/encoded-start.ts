import { sextets } from './long-words.ts';
import { isTextHead, isUtf8Text } from './text-head.ts';

export const notHex = 255;
/** Of the digits of hex. */
export const nibbles = Uint8Array.from({ length: 256 }, (_, byte) => {
  const number = Number.parseInt(String.fromCharCode(byte), 16);
  return Number.isNaN(number) ? notHex : number;
});

/** Characters that are enough to judge a beginning. */
export const judgedCharacters = 36;

/** Text that stands for other bytes. */
export type Encoding = 'base64' | 'hex';

/** Where encoded bytes seem to begin, and whether they are text: anything else must be a wrapper to be of interest. */
export interface EncodedStart {
  at: number;
  encoding: Encoding;
  text: boolean;
}

/** What wrappers begin with, beside zlib, tar and texts; three bytes, as they come out of four characters. */
const magics = new Set(
  ['1f8b08', '28b52f', 'fd377a', '425a68', '04224d', '02214c', '504b03', '504b05', '504b07', 'edabee', '5d0000']
    .concat(['4c5a49', '377abc', '1f9d90', '377f06', 'efbbbf'])
    // SQLite, a pack of git, PDF, and programs, behind which a zip may be
    .concat(['53514c', '504143', '255044', '7f454c', '4d5a90'])
    .map((hex) => Number.parseInt(hex, 16)),
);

/** The first two bytes of all that may begin and is no text. */
export const beginnings: readonly (readonly [number, number])[] = [
  ...[...magics].map((magic) => [magic >> 16, (magic >> 8) & 255] as const),
  ...Array.from({ length: 256 }, (_, second) => [0x78, second] as const).filter(([a, b]) => isZlibHeader(a, b)),
  ...([
    [0xff, 0xfe],
    [0xfe, 0xff],
  ] as const),
];

/** The last two characters of both alphabets: behind them a path or a name may end and an encoded text begin. */
export const firstSeparator = 62;
const x = 0x78;
/** Of a path or a name in front of an encoded text. */
export const longestPrefix = 256;

/**
 * Where in a word encoded bytes seem to begin; undefined for almost every word: a digest, an identifier, a path.
 *
 * `end` may be the end of what is at hand.
 */
export function encodedStart(bytes: Uint8Array, word: { start: number; end: number }): EncodedStart | undefined {
  const last = Math.min(word.end - judgedCharacters, word.start + longestPrefix);
  for (let at = word.start; at <= last; at++) {
    const isStart = at === word.start || sextets[bytes[at - 1]!]! >= firstSeparator;
    // `0x` and `\x`, as databases write bytes
    const isHexStart = isStart || (at <= word.start + 2 && bytes[at - 1] === x);
    const start = (isStart ? base64At(bytes, at) : undefined) ?? (isHexStart ? hexAt(bytes, at) : undefined);
    if (start !== undefined) return start;
  }
  return undefined;
}

function base64At(bytes: Uint8Array, at: number): EncodedStart | undefined {
  const bits =
    (sextets[bytes[at]!]! << 18) |
    (sextets[bytes[at + 1]!]! << 12) |
    (sextets[bytes[at + 2]!]! << 6) |
    sextets[bytes[at + 3]!]!;
  return isPromising(bits) ? judged(bytes, at, 'base64') : undefined;
}

const hexDigits = /^(?:[0-9a-f]+|[0-9A-F]+)$/;

function hexAt(bytes: Uint8Array, at: number): EncodedStart | undefined {
  let bits = 0;
  for (let digit = at; digit < at + 6; digit++) {
    const number = nibbles[bytes[digit]!]!;
    if (number === notHex) return undefined;
    bits = bits * 16 + number;
  }
  return isPromising(bits) && hexDigits.test(latin1(bytes, at)) ? judged(bytes, at, 'hex') : undefined;
}

function judged(bytes: Uint8Array, at: number, encoding: Encoding): EncodedStart | undefined {
  const head = Buffer.from(latin1(bytes, at), encoding);
  if (isUtf8Text(head)) return { at, encoding, text: true };
  return isWrapperHead(head) ? { at, encoding, text: false } : undefined;
}

function latin1(bytes: Uint8Array, at: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, judgedCharacters).toString('latin1');
}

/** Three bytes that may begin a text or a wrapper. */
function isPromising(bits: number): boolean {
  const a = bits >> 16;
  const b = (bits >> 8) & 255;
  const c = bits & 255;
  return (
    magics.has(bits) ||
    isZlibHeader(a, b) ||
    isByteOrderMark(a, b) ||
    (isTextual(a) && (isTextual(b) || b === 0) && isTextual(c))
  );
}

function isWrapperHead(head: Buffer): boolean {
  const [a, b] = [head[0]!, head[1]!];
  if (magics.has(head.readUIntBE(0, 3)) || isZlibHeader(a, b) || isByteOrderMark(a, b) || b === 0) return true;
  // a tar begins with a name, and zeros
  const zero = head.indexOf(0);
  return zero > 0 && isTextHead(head.subarray(0, zero)) && head.subarray(zero).every((byte) => byte === 0);
}

/** RFC 1950, 2.2; with the window of 32 KiB that all writers use. */
function isZlibHeader(a: number, b: number): boolean {
  return a === 0x78 && (b & 0x20) === 0 && (a * 256 + b) % 31 === 0;
}

function isByteOrderMark(a: number, b: number): boolean {
  return (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
}

/** In ASCII: almost every text begins so. */
export function isTextual(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x09 || byte === 0x0d;
}
