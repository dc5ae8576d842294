import { deflateSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { isZlib } from '../../../../src/image/codecs/zlib.ts';

test.each([0, 1, 2047, 2048, 2049, 6000, 100_000])(
  'a stream of %d bytes is one when its checksum holds, and only then',
  (size) => {
    const stream = deflateSync(Buffer.alloc(size, 0xff));
    expect(isZlib(stream)).toBe(true);
    expect(isZlib(Buffer.concat([stream, Buffer.alloc(20, 7)]))).toBe(true);
    for (let at = stream.length - 4; at < stream.length; at++) {
      const wrong = Buffer.from(stream);
      wrong[at]! ^= 1;
      expect(isZlib(wrong)).toBe(false);
    }
  },
);

test('a stream that goes on must fill what is looked at', () => {
  const stream = deflateSync(Buffer.from(Array.from({ length: 3000 }, (_, index) => (index * index) % 251)), {
    level: 0,
  });
  expect(isZlib(stream.subarray(0, 512))).toBe(true);
  expect(isZlib(stream.subarray(0, 511))).toBe(false);
});
