import { anchorBytes, foldable } from './foldable.ts';
import type { Form } from './form.ts';

const standard = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const extendedHex = '0123456789ABCDEFGHIJKLMNOPQRSTUV';

/**
 * base32 and base32hex (RFC 4648 §6, §7), in upper or lower case, wherever the value starts inside a longer encoded text.
 *
 * As in base64, only the characters that hold nothing but bits of the value are kept: 5 bytes make 8 characters, so there
 * are five alignments. A text too short for an anchor is not looked for with a line break in it: that would be 600 spellings.
 */
export const base32: Form = {
  name: 'base32',
  longestValue: 128,
  *encode(value) {
    for (const alphabet of [standard, standard.toLowerCase(), extendedHex, extendedHex.toLowerCase()]) {
      for (let lead = 0; lead < 5; lead += 1) {
        const text = encodeFrom(value, lead, alphabet);
        if (text.length >= anchorBytes) yield* foldable(text);
        else yield { bytes: Buffer.from(text, 'latin1') };
      }
    }
  },
};

/** The characters that are wholly the value's when it stands `lead` bytes behind the start of a 5-byte group. */
function encodeFrom(value: Buffer, lead: number, alphabet: string): string {
  let text = '';
  const firstBit = Math.ceil((8 * lead) / 5) * 5 - 8 * lead;
  for (let bit = firstBit; bit + 5 <= 8 * value.length; bit += 5) {
    const pair = (value[bit >> 3]! << 8) | (value[(bit >> 3) + 1] ?? 0);
    text += alphabet[(pair >> (11 - (bit & 7))) & 31];
  }
  return text;
}
