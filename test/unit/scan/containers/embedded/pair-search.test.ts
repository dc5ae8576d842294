import { randomBytes } from 'node:crypto';
import { constants, deflateRawSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isDeflateStart } from '../../../../../src/image/index.ts';
import { patterns } from '../../../../../src/scan/containers/embedded/magic-search.ts';
import { pairSearch } from '../../../../../src/scan/containers/embedded/pair-search.ts';

const [vector, plain] = [pairSearch(patterns, 'wasm'), pairSearch(patterns, 'plain')];

function all(search: typeof plain, bytes: Buffer, from: number, to: number): number[] {
  const found: number[] = [];
  for (let at = search.find(bytes, from, to); at >= 0; at = search.find(bytes, at + 1, to)) found.push(at);
  return found;
}

/** Whether a pattern that has its pair at `pair` stands there, one byte after the other; zeros stand behind the last one. */
function isPattern(all: Buffer, pair: number): boolean {
  const bytes = Buffer.concat([all.subarray(0, pair + 40), Buffer.alloc(40)]);
  return patterns.some(({ bytes: pattern, pairAt, deflated }) => {
    const at = pair - pairAt;
    if (at < 0 || bytes.toString('latin1', at, at + pattern.length) !== pattern) return false;
    const isFixed = ((bytes[at + 2] ?? 0) & 6) === 2;
    return !deflated || isFixed || isDeflateStart(bytes, at + 2);
  });
}

/** What is told of the pairs: those whose pattern begins within the bytes. */
function expectSame(bytes: Buffer, from = 0, to = bytes.length): number[] {
  const told = all(vector, bytes, from, to);
  expect(told).toEqual(all(plain, bytes, from, to).filter((pair) => isPattern(bytes, pair)));
  return told;
}

const text = Buffer.from('k=not-a-secret-7f3a91c2d4e8, k=not-a-secret-7f3a91c2d4e8');
const bodies = [
  ...[0, 1, 9].flatMap((level) =>
    [constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED].map((strategy) => deflateRawSync(text, { level, strategy })),
  ),
  deflateRawSync(randomBytes(400).toString('hex')),
  Buffer.from('000000ffff', 'hex'),
  Buffer.from('000100feff', 'hex'),
  Buffer.from('0605', 'hex'),
];
const starts = patterns.map(({ bytes, pairAt, first, second }) => {
  const start = Buffer.alloc(Math.max(bytes.length, pairAt + 2), 'x91AY');
  start.write(bytes, 0, 'latin1');
  start.set([first, second], pairAt);
  return start;
});
/** Patterns, and such that only seem so. */
const pieces = fc.oneof(
  fc.constantFrom(...starts),
  fc.constantFrom(...bodies),
  fc.constantFrom(...starts).chain((start) =>
    fc.tuple(fc.nat(start.length - 1), fc.nat(255)).map(([at, byte]) => {
      const changed = Buffer.from(start);
      changed[at] = byte;
      return changed;
    }),
  ),
  fc.uint8Array({ maxLength: 40 }).map((noise) => Buffer.from(noise)),
);

test('each pair whose pattern stands is told, and no other', () => {
  let found = 0;
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 20 }), fc.nat(40), fc.nat(40), (parts, from, left) => {
      const bytes = Buffer.concat(parts);
      found += expectSame(bytes, Math.min(from, bytes.length), bytes.length - left).length;
    }),
    { numRuns: 1500 },
  );
  expect(found).toBeGreaterThan(100);
});

test('data with the fixed codes, stored data, and any header of a block behind a letter x', () => {
  const zlib = Buffer.from([0x78, 0x9c]);
  const noise = Array.from({ length: 3000 }, () => Buffer.concat([zlib, randomBytes(16)]));
  expectSame(Buffer.concat([Buffer.alloc(8), ...noise]));
  for (const body of bodies) expectSame(Buffer.concat([Buffer.alloc(8), zlib, body]));
});

test.each([15, 16, 17, 1000, 65_535, 65_536, 65_537, 200_001])(
  'patterns at the edges of %d bytes are told',
  (length) => {
    const bytes = randomBytes(length);
    for (const [index, start] of starts.entries())
      for (const edge of [0, 65_536, 131_072, length]) {
        const planted = Buffer.from(bytes);
        const at = edge - 8 + (index % 9);
        if (at < 0 || at > length) continue;
        start.copy(planted, at);
        expectSame(planted);
        expectSame(planted, 7, length - 3);
      }
  },
);

test('what was looked at before is not taken for what stands behind the last byte', () => {
  const zlib = Buffer.concat([Buffer.alloc(8), Buffer.from([0x78, 0x9c]), bodies[6]!]);
  expectSame(zlib);
  for (let cut = 9; cut < 30; cut++) {
    expectSame(zlib);
    expectSame(Buffer.from(zlib.subarray(0, cut)));
  }
});
