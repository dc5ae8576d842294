import type { Form, Spelling } from './form.ts';
import { forms as allForms } from './list.ts';
import { partialForm } from './partial.ts';

/** Fewer bytes than this match by chance in an image of some gigabytes. */
export const shortestNeedle = 6;

/** What to search for, and the name of the form in which it is the secret. */
export interface Needle extends Spelling {
  form: string;
}

export interface Needles {
  /** No two with the same bytes; the plainest form comes first and keeps its name. */
  needles: Needle[];
  /** Names of the forms that are not searched, or not wholly, because a spelling is too short to be unambiguous. */
  omitted: string[];
}

/**
 * Everything to search for to find `value` in any form.
 *
 * Line breaks at both ends of the value are not part of it. A value of several lines is searched with LF and with CRLF,
 * whichever it came with.
 */
export function needlesOf(value: Buffer, forms: readonly Form[] = allForms): Needles {
  const needles = new Map<string, Needle>();
  const omitted = new Set<string>();
  const variants = lineEndVariants(trimBreaks(value));
  for (const form of forms) {
    for (const variant of variants) {
      const piece = excerpt(variant, form.longestValue);
      for (const spelling of form.encode(piece)) {
        // what the form leaves as it is stands in longer values as a part of them
        const isPart = piece !== variant && piece.equals(spelling.bytes);
        if (spelling.bytes.length < shortestNeedle) omitted.add(form.name);
        else addOnce(needles, { ...spelling, form: isPart ? partialForm : form.name });
      }
    }
  }
  return { needles: [...needles.values()], omitted: [...omitted] };
}

/** Behind the middle, as keys and credential files begin with what is public or common. */
function excerpt(value: Buffer, longest = value.length): Buffer {
  if (value.length <= longest) return value;
  let start = Math.min(Math.floor(value.length * 0.6), value.length - longest);
  let end = start + longest;
  while (start < end && isContinuation(value[start])) start += 1;
  while (end > start && isContinuation(value[end])) end -= 1;
  return value.subarray(start, end);
}

/** Of a character of several bytes in UTF-8 (RFC 3629 §3), which must not be cut. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function addOnce(needles: Map<string, Needle>, needle: Needle): void {
  const key = Buffer.from(needle.bytes).toString('latin1');
  const known = needles.get(key);
  if (known === undefined) needles.set(key, needle);
  // The one that may be folded also finds the other.
  else if (known.anchor === undefined && needle.anchor !== undefined) needles.set(key, { ...needle, form: known.form });
}

function trimBreaks(value: Buffer): Buffer {
  let start = 0;
  let end = value.length;
  while (start < end && isBreak(value[start])) start += 1;
  while (end > start && isBreak(value[end - 1])) end -= 1;
  return value.subarray(start, end);
}

function isBreak(byte: number | undefined): boolean {
  return byte === 0x0a || byte === 0x0d;
}

/** A value of several lines with LF and with CRLF; any other as it is. */
export function lineEndVariants(value: Buffer): Buffer[] {
  if (!value.includes(0x0a)) return [value];
  // latin1 keeps every byte of a binary value.
  const text = value.toString('latin1').replaceAll('\r\n', '\n');
  return [Buffer.from(text, 'latin1'), Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1')];
}
