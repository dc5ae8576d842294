import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { U64 } from '../../../../src/image/codecs/u64.ts';
import { Xxh64 } from '../../../../src/image/codecs/xxh64.ts';

const whole = (1n << 64n) - 1n;
const numberOf = ({ low, high }: U64): bigint => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
const uint64 = fc.bigInt({ min: 0n, max: whole });

test('numbers of 64 bits compute as BigInt does', () => {
  fc.assert(
    fc.property(uint64, uint64, fc.integer({ min: 1, max: 31 }), fc.integer({ min: 1, max: 63 }), (a, b, by, down) => {
      expect(numberOf(new U64(a).add(new U64(b)))).toBe((a + b) & whole);
      expect(numberOf(new U64(a).multiply(new U64(b)))).toBe((a * b) & whole);
      expect(numberOf(new U64(a).xor(new U64(b)))).toBe(a ^ b);
      expect(numberOf(new U64(a).rotate(by))).toBe(((a << BigInt(by)) | (a >> BigInt(64 - by))) & whole);
      expect(numberOf(new U64(a).mixDown(down))).toBe(a ^ (a >> BigInt(down)));
    }),
  );
});

// the lower halves of ef46db3751d8e999, d24ec4f1a98c6e5b and 44bc2cf5ad770999
test.each([
  ['', 0x51d8e999],
  ['a', 0xa98c6e5b],
  ['abc', 0xad770999],
] as const)('the hash of %j', (text, expected) => {
  expect(new Xxh64().update(Buffer.from(text)).lowDigest()).toBe(expected);
});

test('the pieces do not matter', () => {
  const bytes = Buffer.from(Array.from({ length: 1000 }, (_, at) => (at * 31) & 0xff));
  const expected = new Xxh64().update(bytes).lowDigest();
  for (const size of [1, 7, 31, 32, 33, 999]) {
    const hash = new Xxh64();
    for (let at = 0; at < bytes.length; at += size) hash.update(bytes.subarray(at, at + size));
    expect(hash.lowDigest()).toBe(expected);
  }
});
