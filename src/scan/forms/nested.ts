import { base64 } from './base64.ts';
import { foldable } from './foldable.ts';
import type { Form, Spelling } from './form.ts';
import { jsonStrings } from './json.ts';
import { textOf } from './text.ts';

/**
 * Base64 of base64, as a Kubernetes Secret holds a value that was base64 already.
 *
 * Of each of the three inner texts the part that does not depend on the value's neighbours is encoded again, at each of
 * three outer offsets. The inner text is without line breaks: `base64` breaks a line of its own at 76 characters, which is
 * 57 bytes, so of a longer value no more is looked for.
 */
export const base64Twice: Form = {
  name: 'base64 of base64',
  longestValue: 56,
  *encode(value) {
    for (const inner of unbroken(value)) yield* unbroken(Buffer.from(inner.bytes));
  },
};

/** Base64 of UTF-16 in little-endian order: PowerShell's `-EncodedCommand`, .NET's `Encoding.Unicode`. */
export const base64OfUtf16: Form = {
  name: 'base64 of utf-16',
  longestValue: 128,
  *encode(value) {
    const text = textOf(value);
    if (text !== undefined) yield* unbroken(Buffer.from(text, 'utf16le'));
  },
};

/**
 * Base64 of a JSON string: a service account's key file or Docker's `.dockerconfigjson` in a Kubernetes Secret.
 *
 * Nothing for a value that JSON writes as it is.
 */
export const base64OfJson: Form = {
  name: 'base64 of json',
  longestValue: 256,
  *encode(value) {
    const text = textOf(value);
    if (text === undefined) return;
    for (const inner of new Set(jsonStrings(text))) if (inner !== text) yield* unbroken(Buffer.from(inner));
  },
};

/** Base64 of hex digits: a digest or a key that a tool printed, in a Kubernetes Secret. Longer values: see `base64Twice`. */
export const base64OfHex: Form = {
  name: 'base64 of hex',
  longestValue: 56,
  *encode(value) {
    const digits = value.toString('hex');
    for (const text of [digits, digits.toUpperCase()]) yield* unbroken(Buffer.from(text));
  },
};

/** Hex digits of base64: `bytea` and `BLOB` columns in dumps of databases. */
export const hexOfBase64: Form = {
  name: 'hex of base64',
  longestValue: 56,
  *encode(value) {
    for (const { bytes } of unbroken(value)) {
      const digits = Buffer.from(bytes).toString('hex');
      yield* foldable(digits);
      yield* foldable(digits.toUpperCase());
    }
  },
};

/** Without the spellings that have a break inside, of values too short for an anchor: in here they would be hundreds. */
function* unbroken(value: Buffer): Iterable<Spelling> {
  for (const spelling of base64.encode(value)) {
    if (!spelling.bytes.includes(0x0a) && !spelling.bytes.includes(0x5c)) yield spelling;
  }
}
