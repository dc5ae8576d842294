import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createAutomaton } from '../../../../src/scan/matcher/index.ts';

const words = (size: { minLength: number; maxLength: number }): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom('a', 'b'), size).map((letters) => letters.join(''));

test('knows after every byte the longest needle that ends there and the longest beginning of one', () => {
  fc.assert(
    fc.property(
      fc.array(words({ minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 5 }),
      words({ minLength: 0, maxLength: 40 }),
      (needles, text) => {
        const { next, matched, open } = createAutomaton(needles.map((needle) => Buffer.from(needle)));
        const longest = (lengths: number[]): number => Math.max(0, ...lengths);
        let state = 0;
        for (let end = 1; end <= text.length; end += 1) {
          state = next(state, text.charCodeAt(end - 1));
          const read = text.slice(0, end);
          const beginnings = needles.flatMap((needle) => [...needle].map((_, length) => needle.slice(0, length)));
          expect([matched(state), open(state)]).toEqual([
            longest(needles.filter((needle) => read.endsWith(needle)).map(({ length }) => length)),
            longest(beginnings.filter((beginning) => read.endsWith(beginning)).map(({ length }) => length)),
          ]);
        }
      },
    ),
  );
});

test('empty needles count for nothing', () => {
  const { next, matched, open } = createAutomaton([Buffer.alloc(0)]);
  expect([next(0, 0x61), matched(0), open(0)]).toEqual([0, 0, 0]);
});
