import type { Form } from './form.ts';

/** What stands before each byte and between two of them: fingerprints, dumps, source code. */
const shapes: readonly { before: string; between: string }[] = [
  { before: '', between: ':' },
  { before: '', between: ' ' },
  { before: '', between: '-' },
  { before: '', between: ',' },
  { before: '\\x', between: '' },
  // a shell or C string inside another
  { before: '\\\\x', between: '' },
  { before: '0x', between: ', ' },
  { before: '0x', between: ',' },
  { before: '0x', between: ' ' },
];

/** Hex digits with a sign between the bytes, all on one line. Dumps with addresses and text beside the digits are not. */
export const separatedHex: Form = {
  name: 'separated hex',
  longestValue: 128,
  *encode(value) {
    const lower = value.toString('hex').match(/../g) ?? [];
    for (const digits of [lower, lower.map((pair) => pair.toUpperCase())]) {
      for (const { before, between } of shapes) {
        yield { bytes: Buffer.from(digits.map((pair) => before + pair).join(between), 'latin1') };
      }
    }
  },
};
