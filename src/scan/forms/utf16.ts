import type { Form } from './form.ts';
import { textOf } from './text.ts';

/**
 * UTF-16 in both byte orders, without a byte order mark.
 *
 * The zero byte at the outer edge is left off: an ASCII value then has one spelling that finds both orders, and a text of
 * one order is not reported as the other too.
 */
export const utf16: Form = {
  name: 'utf-16',
  *encode(value) {
    const text = textOf(value);
    if (text === undefined) return;
    const little = Buffer.from(text, 'utf16le');
    const big = Buffer.from(little).swap16();
    yield { bytes: little.at(-1) === 0 ? little.subarray(0, -1) : little };
    yield { bytes: big[0] === 0 ? big.subarray(1) : big };
  },
};
