import { randomBytes } from 'node:crypto';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { inflatedHead } from '../../../../src/image/codecs/inflated-head.ts';
import { mixed } from './corpus.ts';

const text = mixed(20_000);
const { Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE, Z_DEFAULT_STRATEGY } = constants;
const deflated = [0, 1, 9].flatMap((level) =>
  [Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE].map((strategy) => deflateRawSync(text, { level, strategy })),
);
const short = deflateRawSync(text.subarray(0, 90));

/** node:zlib alone. */
function expected(head: Uint8Array): [string, number] | undefined {
  try {
    const result: unknown = inflateRawSync(head, { info: true, finishFlush: constants.Z_SYNC_FLUSH });
    const { buffer, engine } = result as { buffer: Buffer; engine: { bytesWritten: number } };
    return [buffer.toString('hex'), engine.bytesWritten];
  } catch {
    return undefined;
  }
}

function actual(head: Uint8Array): [string, number] | undefined {
  const inflated = inflatedHead(head);
  return inflated && [Buffer.from(inflated.content).toString('hex'), inflated.used];
}

test('the head of any data, whole, cut, changed or none, is judged as node:zlib judges it', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...deflated, short, Buffer.concat([short, Buffer.alloc(99, 7)])),
      fc.integer({ min: 0, max: 1100 }),
      fc.array(fc.tuple(fc.nat(1099), fc.nat(255)), { maxLength: 3 }),
      (data, length, changes) => {
        const head = Buffer.from(data.subarray(0, length));
        for (const [at, byte] of changes) if (at < head.length) head[at] = byte;
        expect(actual(head)).toEqual(expected(head));
      },
    ),
    { numRuns: 1000 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1000 }), (noise) => expect(actual(noise)).toEqual(expected(noise))),
    { numRuns: 1000 },
  );
});

test('zeros that decode to a megabyte, and more than a decoder takes at a time', () => {
  const bomb = deflateRawSync(Buffer.alloc(2_000_000));
  expect(actual(bomb)).toEqual(expected(bomb));
  const long = Buffer.concat([deflateRawSync(randomBytes(300_000)), Buffer.alloc(100, 0xff)]);
  expect(actual(long)).toEqual(expected(long));
});
