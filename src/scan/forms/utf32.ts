import type { Form } from './form.ts';
import { textOf } from './text.ts';

/**
 * UTF-32 in both byte orders, without a byte order mark.
 *
 * The zero bytes at the outer edge are left off, as in UTF-16: an ASCII value has one spelling for both orders.
 */
export const utf32: Form = {
  name: 'utf-32',
  longestValue: 128,
  *encode(value) {
    const text = textOf(value);
    if (text === undefined) return;
    const points = [...text].map((character) => character.codePointAt(0)!);
    const big = Buffer.alloc(4 * points.length);
    points.forEach((point, index) => void big.writeUInt32BE(point, 4 * index));
    const little = Buffer.from(big).swap32();
    let end = little.length;
    while (end > 0 && little[end - 1] === 0) end -= 1;
    let start = 0;
    while (start < big.length && big[start] === 0) start += 1;
    yield { bytes: little.subarray(0, end) };
    yield { bytes: big.subarray(start) };
  },
};
