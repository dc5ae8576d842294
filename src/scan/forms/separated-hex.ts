import { anchorBytes } from './foldable.ts';
import type { Form, Spelling } from './form.ts';

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

/** Signs behind which, or in place of which, a writer breaks its lines: `openssl`, `xxd -i`, `od -An`, formatters of code. */
const breaking = [':', ',', ', ', ' '];

/**
 * Hex digits with a sign between the bytes, and the same with decimal numbers (a Buffer in JSON, Go's `%v`).
 *
 * Behind a colon or a comma, and at a blank, also broken over lines. Not dumps with addresses and text beside the digits.
 */
export const separatedHex: Form = {
  name: 'separated hex',
  longestValue: 128,
  *encode(value) {
    const lower = value.toString('hex').match(/../g) ?? [];
    for (const digits of [lower, lower.map((pair) => pair.toUpperCase())]) {
      for (const { before, between } of shapes) {
        yield spelling(
          digits.map((pair) => before + pair),
          between,
        );
      }
    }
    for (const between of [',', ', ', ' '])
      yield spelling(
        [...value].map((byte) => `${byte}`),
        between,
      );
  },
};

function spelling(numbers: readonly string[], between: string): Spelling {
  const bytes = Buffer.from(numbers.join(between), 'latin1');
  return breaking.includes(between) && bytes.length >= anchorBytes
    ? { bytes, anchor: 0, span: bytes.length }
    : { bytes };
}
