import { base64 } from '../scan/forms/base64.ts';
import { decoded } from '../scan/forms/decoded.ts';
import { folded } from '../scan/forms/folded.ts';
import { hex } from '../scan/forms/hex.ts';
import { type Form, forms, lineEndVariants, type Spelling, shortestNeedle } from '../scan/forms/index.ts';
import { json } from '../scan/forms/json.ts';
import { percent } from '../scan/forms/percent.ts';
import { quotedPrintable } from '../scan/forms/quoted-printable.ts';
import { raw } from '../scan/forms/raw.ts';
import { shell } from '../scan/forms/shell.ts';
import { yaml } from '../scan/forms/yaml.ts';
import { readByContent } from './formats/by-content.ts';
import { isStructure } from './structure.ts';

/** A text that is masked in output: whole, and when it may be `wrapped` over lines, also each piece of it. */
export interface MaskedText {
  bytes: Uint8Array;
  wrapped: boolean;
}

/** A piece of a wrapped text that is masked by itself: the last line of one may be short. */
export const pieceLengths = { anywhere: 16, atEnd: 6 };
/** The same for a line of a value of several lines. */
const shortestLine = 6;
/** Of a line of this size the value's own base64 holds a piece of `pieceLengths.anywhere`. */
const wholeFindsPieces = 13;
/** Longer values are masked in the forms that build steps print, and by their lines. */
const longBytes = 512;
const formsOfLongValues: readonly Form[] = [raw, json, base64, hex, decoded, folded];
const formsOfTheirLines: readonly Form[] = [raw, json, percent, base64, hex];
/** Forms that are many times the value's size. */
const rareBytes = 256;
/** Readable text, whose pieces are words of all output: masked only where it stands whole. */
const asWritten: readonly Form[] = [raw, shell, yaml, quotedPrintable];
const plainForms = forms.filter(({ longestValue }) => longestValue === undefined);
/** The first and last line of a key (RFC 7468): no secret, and worth reading. */
const label = /-----(?:BEGIN|END) [A-Z0-9 ]+-----/g;
/** Words that output is full of. */
const tooCommon = new Set(
  'true false none null undefined root admin user test debug info error warn localhost production development'.split(
    ' ',
  ),
);

/** Whether output is full of a word: also of port numbers and the like. */
export function isCommonInOutput(text: string): boolean {
  return tooCommon.has(text.toLowerCase()) || /^\d{1,5}$/.test(text);
}

/**
 * Everything that is masked for one value: each of its forms, and each line of a value of several lines.
 *
 * Of a file with credentials in it, lines that only hold it together (`[default]`, `kind: Config`) are left out. A value of
 * more than 512 bytes is masked raw and in JSON, base64 and hex, and each of its lines also percent-encoded; forms that are
 * many times a value's size are masked for values of at most 256 bytes.
 */
export function* maskedTexts(value: Buffer): Iterable<MaskedText> {
  // latin1 keeps every byte of a binary value.
  const text = value.toString('latin1').replace(/^[\r\n]+|[\r\n]+$/g, '');
  const whole = Buffer.from(text, 'latin1');
  // Also when it is too short to be searched for in an image.
  yield { bytes: whole, wrapped: false };
  const inLines = isInLines(value);
  const credentials = inLines ? credentialLines(value) : [];
  // The words of a file's format are what output is full of.
  const rewrapped = credentials.length === 0 || text.includes('-----BEGIN ');
  const wholeForms = formsOf(whole, inLines).filter((form) => rewrapped || form !== folded);
  for (const variant of whole.length > longBytes ? [whole] : lineEndVariants(whole))
    yield* wholeTexts(variant, wholeForms);
  if (!inLines) return;
  for (const line of linesWorthMasking(text, credentials))
    yield* lineTexts(Buffer.from(line, 'latin1'), whole.length > longBytes ? formsOfTheirLines : plainForms);
}

/**
 * The lines of a value that are masked by themselves; of a value of one line, that line. Empty for what is no text (not
 * UTF-8, or with a NUL byte): that is never printed.
 */
export function maskedLines(value: Buffer): string[] {
  if (isBinary(value)) return [];
  const lines = isInLines(value)
    ? linesWorthMasking(value.toString('latin1'), credentialLines(value))
    : [value.toString('latin1').trim()];
  return lines
    .filter((line) => line.length >= shortestLine && !isCommonInOutput(line))
    .map((line) => Buffer.from(line, 'latin1').toString('utf8'));
}

/** Not UTF-8, or with a NUL byte in it. */
function isBinary(value: Buffer): boolean {
  return value.includes(0) || value.toString('utf8').includes('\uFFFD');
}

/** What is no text is not printed in lines. */
function isInLines(value: Buffer): boolean {
  return linesOf(value.toString('latin1')).length > 1 && !value.toString('utf8').includes('\uFFFD');
}

function linesOf(text: string): string[] {
  return text
    .replace(/^[\r\n]+|[\r\n]+$/g, '')
    .split(/\r?\n|\\r\\n|\\n/)
    .map((line) => line.trim());
}

function linesWorthMasking(text: string, credentials: readonly string[]): string[] {
  const isFrame = (line: string): boolean =>
    credentials.length > 0 && isStructure(line) && !credentials.some((part) => line.includes(part));
  return linesOf(text).filter(
    (line) =>
      line.length >= shortestLine && line.replace(label, '') !== '' && !isCommonInOutput(line) && !isFrame(line),
  );
}

function formsOf(value: Buffer, inLines: boolean): readonly Form[] {
  if (value.length <= rareBytes) return forms;
  const isText = !value.toString('utf8').includes('\uFFFD');
  return value.length <= longBytes || (isText && !inLines) ? plainForms : formsOfLongValues;
}

/** What stands on a line of its own of every credential in a file, as latin1; empty for a value of no known format. */
function credentialLines(value: Buffer): string[] {
  return readByContent(value.toString('utf8'))
    .flatMap((part) => Buffer.from(part.value).toString('latin1').split(/\r?\n/))
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function* wholeTexts(value: Buffer, forms: readonly Form[]): Iterable<MaskedText> {
  for (const { bytes, anchor, byHand } of spellingsOf(value, forms)) {
    if (anchor === undefined || byHand) yield { bytes, wrapped: false };
    else
      for (const part of Buffer.from(bytes).toString('latin1').split(label)) yield* pieces(Buffer.from(part, 'latin1'));
  }
}

function* lineTexts(line: Buffer, forms: readonly Form[]): Iterable<MaskedText> {
  for (const { bytes, anchor, byHand } of spellingsOf(line, forms)) {
    if (anchor === undefined || byHand) yield { bytes, wrapped: false };
    else if (line.length < wholeFindsPieces) yield* pieces(bytes);
  }
}

function* spellingsOf(value: Buffer, forms: readonly Form[]): Iterable<Spelling> {
  for (const form of forms) {
    for (const spelling of form.encode(value)) {
      if (spelling.bytes.length < shortestNeedle) continue;
      yield asWritten.includes(form) ? { bytes: spelling.bytes } : spelling;
    }
  }
}

/** The first line of a wrapped text may be short, like the last one: each of its beginnings is a text of its own. */
function* pieces(bytes: Uint8Array): Iterable<MaskedText> {
  if (bytes.length < pieceLengths.atEnd) return;
  yield { bytes, wrapped: true };
  for (let length = pieceLengths.atEnd; length < Math.min(pieceLengths.anywhere, bytes.length); length += 1) {
    yield { bytes: bytes.subarray(0, length), wrapped: false };
  }
}
