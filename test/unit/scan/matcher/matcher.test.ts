import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileNeedles } from '../../../../src/scan/matcher/index.ts';
import { naiveSearch } from './naive.ts';
import { backends, search } from './search.ts';

const text = (value: string): Uint8Array => Buffer.from(value, 'latin1');

/** Few different bytes, so that needles overlap each other and themselves. */
const bytesOf = (letters: string, size: { minLength?: number; maxLength: number }): fc.Arbitrary<Uint8Array> =>
  fc.array(fc.constantFrom(...Buffer.from(letters)), size).map((values) => Uint8Array.from(values));

const chunkSizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

const lengths: [string, number][] = [
  ['windows and shorter needles', 1],
  ['windows only', 4],
  ['long strides', 9],
];

test.each(backends.flatMap((backend) => lengths.map((row) => [backend, ...row] as const)))(
  'finds what a naive search finds, whatever the chunks: %s, %s',
  (backend, _, minLength) => {
    fc.assert(
      fc.property(
        fc.array(bytesOf('ab', { minLength, maxLength: 14 }), { minLength: 1, maxLength: 6 }),
        bytesOf('aab', { maxLength: 120 }),
        chunkSizes,
        (needles, haystack, sizes) => {
          expect(search(needles, haystack, sizes, backend)).toEqual(naiveSearch(needles, haystack));
        },
      ),
      { numRuns: 300 },
    );
  },
);

test.each(backends)('finds needles planted in random bytes, at both ends and at every alignment: %s', (backend) => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 4, maxLength: 60 }), { minLength: 1, maxLength: 20 }),
      fc.array(fc.uint8Array({ maxLength: 30 }), { minLength: 1, maxLength: 20 }),
      chunkSizes,
      (needles, noise, sizes) => {
        const parts = needles.flatMap((needle, index) => [needle, noise[index % noise.length] as Uint8Array]);
        const haystack = Buffer.concat([...parts, needles[0] as Uint8Array]);
        expect(search(needles, haystack, sizes, backend)).toEqual(naiveSearch(needles, haystack));
      },
    ),
  );
});

// A large set has its filter in bits, a small one in bytes.
test.each(backends)('finds every needle of a large set: %s', (backend) => {
  const needles = Array.from({ length: 400 }, (_, index) => createHash('sha256').update(`fake ${index}`).digest());
  const haystack = Buffer.concat(needles.flatMap((needle, index) => [needle, Buffer.alloc(index % 11, '-')]));
  expect(search(needles, haystack, [1000], backend)).toEqual(naiveSearch(needles, haystack));
});

/** The buffer of a stream holds a quarter of a mebibyte: matches must cross its refills. */
const sizesOfChunks = [1, 4093, Number.POSITIVE_INFINITY];

test.each(backends.flatMap((backend) => sizesOfChunks.map((size) => [backend, size] as const)))(
  'finds every occurrence in a stream longer than its buffer: %s, chunks of %d',
  (backend, size) => {
    const needles = [text('not-a-secret-7f3a91c2d4e8'), text('secret-7f3a'), text('e8not')];
    const haystack = Buffer.alloc(300_000, 'not-a-secret-7f3a91c2d4e8');
    expect(search(needles, haystack, [size], backend).join()).toBe(naiveSearch(needles, haystack).join());
  },
);

test('a needle at any offset around a refill of the buffer is found', () => {
  const needle = text('not-a-secret-7f3a91c2d4e8');
  const matcher = compileNeedles([needle]);
  const haystack = Buffer.alloc(263_000);
  for (let offset = 262_110; offset < 262_220; offset += 1) {
    haystack.fill(0).set(needle, offset);
    expect(search(matcher, haystack)).toEqual([`0@${offset}-${offset + needle.length}`]);
  }
});

// More hits than the loop can hand over at a time.
test.each(backends)('a file of nothing but matches tells each of them once: %s', (backend) => {
  const matches = search([text('aaaaaaaa')], Buffer.alloc(300_000, 'a'), [100_000], backend);
  expect(matches).toHaveLength(300_000 - 7);
  expect(new Set(matches).size).toBe(matches.length);
});

test('a needle longer than the buffer is found', () => {
  const needle = Buffer.alloc(700_000, 'not-a-secret-7f3a91c2d4e8');
  const haystack = Buffer.concat([Buffer.alloc(300_001, '-'), needle, Buffer.alloc(10)]);
  expect(search([needle], haystack, [50_000])).toEqual([`0@300001-1000001`]);
});

test('equal needles are both told', () => {
  expect(search([text('abcdefgh'), text('abcdefgh')], text('xabcdefgh'))).toEqual(['0@1-9', '1@1-9']);
});

test('without WebAssembly the same is found', () => {
  const real = Object.getOwnPropertyDescriptor(globalThis, 'WebAssembly') as PropertyDescriptor;
  Object.defineProperty(globalThis, 'WebAssembly', { value: undefined, configurable: true });
  try {
    expect(() => compileNeedles([text('abcdefgh')], { backend: 'wasm' }).stream(() => {})).toThrow();
    const starts: number[] = [];
    const stream = compileNeedles([text('abcdefgh')]).stream((_, start) => starts.push(start));
    stream.push(text('xabcdefgh'));
    stream.end();
    expect(starts).toEqual([1]);
  } finally {
    Object.defineProperty(globalThis, 'WebAssembly', real);
  }
});

test('no needles and no bytes tell nothing', () => {
  expect(search([], text('abcdefgh'))).toEqual([]);
  expect(search([text('abcdefgh')], text(''))).toEqual([]);
  expect(search([text('abcdefgh')], text('abcdefg'))).toEqual([]);
});

test('needles are copied, so that the caller may wipe its own', () => {
  const needle = Buffer.from('not-a-secret-7f3a91c2d4e8');
  const matcher = compileNeedles([needle]);
  const haystack = Buffer.from(needle);
  needle.fill(0);
  let found = 0;
  const stream = matcher.stream(() => {
    found += 1;
  });
  stream.push(haystack);
  stream.end();
  expect(found).toBe(1);
});

test('streams of one matcher do not mix, also when they run at the same time or one after the other', () => {
  const matcher = compileNeedles([text('abcdefgh')]);
  const told: string[] = [];
  const one = matcher.stream((_, start) => told.push(`one ${start}`));
  const two = matcher.stream((_, start) => told.push(`two ${start}`));
  one.push(text('abcd'));
  two.push(text('efgh'));
  one.push(text('efgh'));
  one.end();
  two.end();
  const three = matcher.stream((_, start) => told.push(`three ${start}`));
  three.push(text('efgh'));
  three.end();
  expect(told).toEqual(['one 0']);
});

test('a stream that has ended takes no bytes', () => {
  const stream = compileNeedles([text('abcdefgh')]).stream(() => {});
  stream.end();
  stream.end();
  expect(() => stream.push(text('x'))).toThrow('push after end');
});

test('an empty needle is refused', () => {
  expect(() => compileNeedles([text('')])).toThrow(RangeError);
});
