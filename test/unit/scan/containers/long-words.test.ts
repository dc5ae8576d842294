import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LongWords } from '../../../../src/scan/containers/long-words.ts';

interface Word {
  start: number;
  end: number;
}

function words(bytes: Uint8Array, shortest: number, from = 0): Word[] {
  const found: Word[] = [];
  const all = new LongWords(bytes, shortest, from);
  for (let word = all.next(); word !== undefined; word = all.next()) found.push(word);
  return found;
}

/** One byte after the other. */
function naiveWords(bytes: Uint8Array, shortest: number, from: number): Word[] {
  const text = Buffer.from(bytes).toString('latin1');
  return [...text.matchAll(/(?:[A-Za-z0-9+/_-]|\\(?=\/))+/g)]
    .map(({ index, 0: word }) => ({ start: Math.max(index, from), end: index + word.length }))
    .filter(({ start, end }) => end - start >= shortest);
}

/** Runs of characters of words, of what ends them, and of slashes that are escaped or not. */
const texts = fc
  .array(
    fc.record({ piece: fc.constantFrom('A', 'x', '/', '\\/', '\\', '\\\\', ' ', '.', '\0', 'é'), count: fc.nat(80) }),
    { maxLength: 12 },
  )
  .map((runs) => Buffer.from(runs.map(({ piece, count }) => piece.repeat(count)).join('')));

test('the words are those that a look at every byte finds, wherever the bytes lie in memory', () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 20, max: 70 }), fc.nat(9), fc.nat(100), (text, shortest, offset, skipped) => {
      // what stands around the bytes belongs to no word of theirs
      const memory = Buffer.alloc(offset + text.length + 9, 'A');
      memory.set(text, offset);
      const bytes = memory.subarray(offset, offset + text.length);
      const from = Math.min(skipped, text.length);
      expect(words(bytes, shortest, from)).toEqual(naiveWords(bytes, shortest, from));
    }),
    { numRuns: 2000 },
  );
});

test.each([36, 60])('a word of exactly %d characters is found at every offset', (shortest) => {
  for (let start = 0; start < 40; start++) {
    const bytes = Buffer.alloc(150, ' ').fill('A', start, start + shortest);
    expect(words(bytes, shortest)).toEqual([{ start, end: start + shortest }]);
    expect(words(bytes, shortest + 1)).toEqual([]);
    expect(words(bytes.subarray(0, start + shortest), shortest)).toEqual([{ start, end: start + shortest }]);
  }
});

test('it goes on where it is told to', () => {
  const bytes = Buffer.from(`${'A'.repeat(100)} ${'B'.repeat(70)}`);
  const all = new LongWords(bytes, 60);
  expect(all.next()).toEqual({ start: 0, end: 100 });
  all.skipTo(105);
  expect(all.next()).toEqual({ start: 105, end: 171 });
  expect(all.next()).toBe(undefined);
});
