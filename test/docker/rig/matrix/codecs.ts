import { execFileSync } from 'node:child_process';
import { runInNewContext } from 'node:vm';

// Encodes and decodes by other code than src/scan/forms: node's own, a shell, a few lines.

/** Gets back what a file holds from its content. */
export type Decode = (content: Buffer) => string | Buffer;

/** Of a text with one character a byte. */
export const latin1 =
  (decode: (text: string) => string | Buffer): Decode =>
  (content) =>
    decode(content.toString('latin1'));

/** Of a text in UTF-8. */
export const utf8 =
  (decode: (text: string) => string | Buffer): Decode =>
  (content) =>
    decode(content.toString());

/** What stands behind the first `=`. */
export const quotedPart = (text: string): string => text.slice(text.indexOf('=') + 1).trim();

/** What JavaScript makes of the right side of an assignment. */
export const evaluated = utf8((text) => String(runInNewContext(quotedPart(text))));
/** What a POSIX shell makes of the right side of an assignment. */
export const byShell = utf8((text) => execFileSync('sh', ['-c', `printf %s ${quotedPart(text)}`]));

/** Of base64 by itself, or quoted behind a `=`. */
export const fromBase64 = utf8((text) => Buffer.from(quotedPart(text).replace(/^"|"$/g, ''), 'base64'));

/** Of hex digits in any spelling: between colons, as escapes, as an array. */
export const fromHex = utf8((text) => Buffer.from(text.replace(/^key=|0x|\\x|[^0-9a-fA-F]/g, ''), 'hex'));

/** Of a text with character references of HTML. */
export const byNumbers = utf8((text) => text.replace(/&#(x?)([0-9a-f]+);/gi, (_, x, digits) => pointOf(digits, x)));
const joinedLines = (text: string): string => text.replace(/\\r|\\n|\s/g, '');

/** The base64 of a key in PEM, however it is broken or escaped. */
export const pemBody = (pem: string): string => joinedLines(pem.replace(/-----.*?-----/g, ''));

/** The character of this number; `base` is empty for decimal digits. */
export function pointOf(digits: string, base: string): string {
  return String.fromCodePoint(Number.parseInt(digits, base === '' ? 10 : 16));
}

/** A text in lines of `width` characters. */
export function wrapped(text: string, width: number, lineBreak = '\n'): string {
  return (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join(lineBreak);
}

/** As `base64` of `before` and the value together. */
export function base64(value: string | Buffer, before = ''): string {
  return Buffer.concat([Buffer.from(before), Buffer.from(value)]).toString('base64');
}

/** The bytes of a value in UTF-8. */
export const bytesOf = (value: string): number[] => [...Buffer.from(value)];

/** In UTF-32 without a byte order mark. */
export function utf32(value: string, order: 'le' | 'be'): Buffer {
  const bytes = Buffer.alloc([...value].length * 4);
  [...value].forEach((character, index) => void bytes.writeUInt32LE(character.codePointAt(0) ?? 0, index * 4));
  return order === 'le' ? bytes : bytes.swap32();
}

/** The text that such bytes are. */
export function fromUtf32(content: Buffer, order: 'le' | 'be'): string {
  const points = Array.from({ length: content.length / 4 }, (_, index) =>
    order === 'le' ? content.readUInt32LE(index * 4) : content.readUInt32BE(index * 4),
  );
  return String.fromCodePoint(...points);
}
