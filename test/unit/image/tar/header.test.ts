import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isHeader } from '../../../../src/image/tar/header.ts';

/** A block with the given bytes in the fields that may hold any, and a checksum that is `off` by some. */
function headerOf(name: Uint8Array, rest: Uint8Array, off: number): Buffer {
  const block = Buffer.alloc(512);
  block.set(name);
  block.write('0000012\0', 124);
  block.set(rest, 157);
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${(sum + off).toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

test('a block without a checksum is none, whatever its sum', () => {
  const block = Buffer.alloc(512);
  // -1, -128 and -127 beside the eight spaces of the field
  block.set([0xff, 0x80, 0x81], 1);
  expect(isHeader(block)).toBe(false);
});

test('a header is one when the sum of its bytes is its checksum, and only then', () => {
  const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
    fc.oneof(fc.uint8Array({ minLength: length, maxLength: length }), fc.constant(new Uint8Array(length).fill(0xff)));
  fc.assert(
    fc.property(bytes(100), bytes(355), fc.integer({ min: 1, max: 200 }), fc.nat(63), (name, rest, off, shift) => {
      const whole = Buffer.concat([Buffer.alloc(shift), headerOf(name, rest, 0)]);
      expect(isHeader(whole.subarray(shift))).toBe(true);
      expect(isHeader(headerOf(name, rest, off))).toBe(false);
    }),
  );
});
