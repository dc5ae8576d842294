import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createRuns } from '../../../../src/scan/matcher/index.ts';

const words = (size: { minLength: number; maxLength: number }): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom('a', 'b', 'c'), size).map((letters) => letters.join(''));

const lengths = { anywhere: 5, atEnd: 3 };

test('knows after every byte the longest run of a text, the longest end of one, and what may become either', () => {
  fc.assert(
    fc.property(
      fc.array(words({ minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 }),
      words({ minLength: 0, maxLength: 60 }),
      (texts, stream) => {
        const cursor = createRuns(
          texts.map((text) => Buffer.from(text)),
          lengths,
        )();
        for (let end = 1; end <= stream.length; end += 1) {
          cursor.push(stream.charCodeAt(end - 1));
          const tails = Array.from({ length: end }, (_, start) => stream.slice(start, end));
          const run = tails.find((tail) => texts.some((text) => text.includes(tail))) ?? '';
          const ending = tails.find((tail) => texts.some((text) => text.endsWith(tail))) ?? '';
          const matched =
            run.length >= lengths.anywhere ? run.length : ending.length >= lengths.atEnd ? ending.length : 0;
          expect(cursor.matched).toBe(matched);
          const going = tails.find((tail) => texts.some((text) => text.slice(0, -1).includes(tail))) ?? '';
          // behind a run that is told already nothing needs to wait
          expect(cursor.open).toBe(run.length >= lengths.anywhere ? 0 : going.length);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('cursors of the same texts know nothing of each other', () => {
  const create = createRuns([Buffer.from('abcdefgh')], lengths);
  const [one, other] = [create(), create()];
  for (const byte of Buffer.from('abcde')) one.push(byte);
  expect([one.matched, other.matched]).toEqual([5, 0]);
});
