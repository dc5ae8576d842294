import { randomBytes } from 'node:crypto';
import { constants, deflateRawSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { isDeflateStart } from '../../../../src/image/codecs/deflate-start.ts';

const contents = [
  Buffer.from('a'),
  Buffer.from('k=not-a-secret-7f3a91c2d4e8'),
  Buffer.from('abcabcabcabc'.repeat(40)),
  Buffer.alloc(1000),
  Buffer.alloc(258 * 3, 'xy'),
  randomBytes(300),
  Buffer.from(randomBytes(3000).toString('hex')),
  Buffer.concat([randomBytes(900), Buffer.alloc(70, 1), randomBytes(30), Buffer.alloc(200, 0xff)]),
];

test('all that zlib writes may start deflated data', () => {
  for (const content of contents)
    for (const level of [0, 1, 6, 9])
      for (const strategy of [
        constants.Z_DEFAULT_STRATEGY,
        constants.Z_FIXED,
        constants.Z_HUFFMAN_ONLY,
        constants.Z_RLE,
      ]) {
        const bytes = Buffer.concat([Buffer.from([7]), deflateRawSync(content, { level, strategy })]);
        expect([level, strategy, isDeflateStart(bytes, 1)]).toEqual([level, strategy, true]);
      }
});

test('with the fixed codes, lengths and distances of every size are read', () => {
  for (let index = 0; index < 300; index++) {
    const part = randomBytes(1 + (index % 40));
    const content = Buffer.concat([part, part, Buffer.alloc(index * 2, index), part]);
    const bytes = deflateRawSync(content, { strategy: constants.Z_FIXED });
    expect([index, isDeflateStart(bytes, 0)]).toEqual([index, true]);
  }
});

test('hardly any other bytes may, nor does empty data', () => {
  const noise = randomBytes(200_000);
  let passed = 0;
  for (let at = 0; at + 200 < noise.length; at++) if (isDeflateStart(noise, at)) passed++;
  expect(passed).toBeLessThan(3000);
  expect(isDeflateStart(deflateRawSync(''), 0)).toBe(false);
  expect(isDeflateStart(Buffer.from('000000ffff', 'hex'), 0)).toBe(false);
});
