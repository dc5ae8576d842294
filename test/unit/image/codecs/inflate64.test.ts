import { randomBytes } from 'node:crypto';
import { constants, deflateRawSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { inflate64 } from '../../../../src/image/codecs/inflate64.ts';
import { type Deflate64Symbol, deflate64Of, expanded } from './deflate64.ts';

async function decode(data: Buffer, chunkBytes = 4096) {
  const parts: Buffer[] = [];
  const damage: [string, boolean][] = [];
  const sink = inflate64(
    { done: false, push: async (bytes) => void parts.push(Buffer.from(bytes)), end: async () => {}, close: () => {} },
    (why, lost = false) => damage.push([why, lost]),
  );
  for (let at = 0; at < data.length; at += chunkBytes) await sink.push(data.subarray(at, at + chunkBytes));
  await sink.end();
  return { content: Buffer.concat(parts), damage };
}

const noise = randomBytes(70_000);
/** Longer than any match of plain deflate, and farther back. */
const symbols: Deflate64Symbol[] = [
  ...noise,
  { length: 65_538, distance: 1 },
  { length: 3, distance: 65_536 },
  { length: 1000, distance: 49_152 },
  { length: 1000, distance: 49_153 },
  { length: 20_000, distance: 33_000 },
  ...Buffer.from('end'),
  ...Array.from({ length: 5 }, (_, index) => ({ length: 60_000 + index, distance: 65_536 - 7777 * index })),
];

test('lengths and distances that only Deflate64 has are decoded, in pieces of any size', async () => {
  const data = deflate64Of(symbols);
  for (const chunkBytes of [1000, 65_536, data.length]) {
    const { content, damage } = await decode(data, chunkBytes);
    expect([content.equals(expanded(symbols)), damage]).toEqual([true, []]);
  }
  expect((await decode(deflate64Of(symbols.slice(-30_000, -29_900)), 1)).damage).toEqual([]);
});

test('blocks of every kind are decoded as in deflate', async () => {
  // no match is so long that its length means something else
  const text = Buffer.from(randomBytes(40_000).toString('hex'));
  for (const content of [text, noise, Buffer.alloc(0), Buffer.from('a')])
    for (const options of [{ level: 0 }, { level: 1 }, { level: 9 }, { strategy: constants.Z_FIXED }])
      for (const chunkBytes of [7, 65_536]) {
        const decoded = await decode(deflateRawSync(content, options), chunkBytes);
        expect([decoded.content.equals(content), decoded.damage]).toEqual([true, []]);
      }
});

test('what is cut off is decoded up to there, and what is broken is told', async () => {
  const data = deflateRawSync(noise.toString('hex'));
  const cut = await decode(data.subarray(0, 30_000));
  expect(cut.content.length).toBeGreaterThan(50_000);
  expect(noise.toString('hex').startsWith(cut.content.toString())).toBe(true);
  expect(cut.damage).toEqual([['the compressed data is cut off', false]]);
  const wrong = deflate64Of([1, 2, 3, { length: 10, distance: 4 }]);
  expect((await decode(wrong)).damage).toEqual([['the compressed data is broken', true]]);
  expect((await decode(Buffer.from([7, 0, 0]))).damage).toEqual([['the compressed data is broken', true]]);
});
