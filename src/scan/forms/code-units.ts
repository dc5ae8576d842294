import type { Form } from './form.ts';
import { textOf } from './text.ts';

type WriteDigits = (digits: string) => string;

const ofUnits: readonly WriteDigits[] = [
  // JSON, JavaScript, Java, C#, Python
  (digits) => `\\u${digits.padStart(4, '0')}`,
  // a string inside another
  (digits) => `\\\\u${digits.padStart(4, '0')}`,
  // ECMA-262 B.2.1.1 escape()
  (digits) => `%u${digits.padStart(4, '0')}`,
];
const ofPoints: readonly WriteDigits[] = [
  // ECMAScript 2015, Rust, Swift, PHP, Ruby
  (digits) => `\\u{${digits}}`,
  (digits) => `\\U${digits.padStart(8, '0')}`,
];

/** Every character as an escape of its number in Unicode, in lower- and upper-case digits: obfuscated or ASCII-only code. */
export const codeUnits: Form = {
  name: 'unicode escapes',
  longestValue: 128,
  *encode(value) {
    const text = textOf(value);
    if (text === undefined) return;
    const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
    const points = [...text].map((character) => character.codePointAt(0)!);
    for (const [numbers, writers] of [[units, ofUnits] as const, [points, ofPoints] as const]) {
      const lower = numbers.map((number) => number.toString(16));
      for (const digits of [lower, lower.map((each) => each.toUpperCase())]) {
        for (const write of writers) yield { bytes: Buffer.from(digits.map(write).join(''), 'latin1') };
      }
    }
  },
};
