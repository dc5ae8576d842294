import { randomBytes } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodedStart } from '../../../../src/scan/containers/encoded-start.ts';
import { type Words, wordsIn } from '../../../../src/scan/containers/word-search.ts';

interface Start {
  start: number;
  end: number;
  at: number;
}

/** The words in which something begins; behind each of them it goes on `skip` bytes behind what was found. */
function starts(words: Words, bytes: Uint8Array, skips: readonly number[]): Start[] {
  const found: Start[] = [];
  for (let word = words.next(); word !== undefined; word = words.next()) {
    const start = encodedStart(bytes, word);
    if (start === undefined) continue;
    found.push({ ...word, at: start.at });
    const skip = skips[found.length % (skips.length + 1)];
    if (skip !== undefined) words.skipTo(start.at + skip);
  }
  return found;
}

function expectSame(bytes: Uint8Array, shortest: number, from = 0, skips: readonly number[] = []): Start[] {
  const plain = starts(wordsIn(bytes, shortest, from, 'plain'), bytes, skips);
  expect(starts(wordsIn(bytes, shortest, from, 'wasm'), bytes, skips)).toEqual(plain);
  return plain;
}

const text = Buffer.from('user: not-a-secret-7f3a91c2d4e8, as long as it takes, and a little longer than that\n');
const encoded = [
  text,
  gzipSync(text),
  deflateSync(text),
  Buffer.from('\ufefftext', 'utf16le'),
  randomBytes(80),
].flatMap((bytes) => [
  bytes.toString('base64'),
  bytes.toString('base64url'),
  bytes.toString('hex'),
  bytes.toString('hex', 0, 20),
]);

/** Encoded texts, runs of characters, and what stands between words. */
const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...encoded,
        '0x',
        '\\x',
        'x',
        '/',
        '-',
        '_',
        '+',
        '\\/',
        '\\',
        '\\\\',
        ' ',
        '.',
        '\n',
        '\0',
        'é',
        '@',
        '[',
        '`',
      ),
      fc
        .record({ piece: fc.constantFrom('A', 'x', '\\/', ' ', '7'), count: fc.nat(80) })
        .map(({ piece, count }) => piece.repeat(count)),
      fc.stringMatching(/^[A-Za-z0-9+/_-]{20,90}$/),
    ),
    { maxLength: 14 },
  )
  .map((pieces) => Buffer.from(pieces.join('')));

test('it tells each word in which something begins, as a look at all words does', () => {
  let found = 0;
  fc.assert(
    fc.property(
      texts,
      fc.constantFrom(36, 60),
      fc.nat(70),
      fc.array(fc.nat(300), { maxLength: 3 }),
      (bytes, shortest, from, skips) => {
        found += expectSame(bytes, shortest, Math.min(from, bytes.length), skips).length;
      },
    ),
    { numRuns: 1500 },
  );
  expect(found).toBeGreaterThan(100);
});

test('three bytes decide: of all that may begin none is left out', () => {
  const words: string[] = [];
  for (let first = 0; first < 256; first++)
    for (const second of [
      0x00, 0x01, 0x0a, 0x20, 0x41, 0x5a, 0x6d, 0x7e, 0x7f, 0x8b, 0x9c, 0xb5, 0xda, 0xfe, 0xff, 0xee,
    ])
      for (const third of [0x00, 0x08, 0x2f, 0x44, 0xbf, 0xab, 0x51])
        words.push(
          Buffer.from([first, second, third, ...Buffer.alloc(43, 0)]).toString(third === 0x2f ? 'hex' : 'base64'),
        );
  expect(expectSame(Buffer.from(words.join(' ')), 60).length).toBeGreaterThan(1000);
});

test.each([0, 1, 15, 16, 17])(
  'words at the edges of what is looked at together are told, %d bytes further on',
  (shift) => {
    const word = text.toString('base64');
    const roomBytes = 65_536;
    for (const offset of [-200, -word.length, 1 - word.length, -60, -2, -1, 0, 1]) {
      const bytes = Buffer.alloc(2 * roomBytes + 50, '. ');
      bytes.write(word, roomBytes + offset + shift);
      expect(expectSame(bytes, 60)).toHaveLength(1);
      expect(expectSame(bytes.subarray(0, roomBytes + offset + shift + word.length), 60)).toHaveLength(1);
      expect(expectSame(bytes, 60, roomBytes + offset + shift + 4)).toHaveLength(1);
    }
  },
);

test('a word that is longer than all that is looked at together is one word', () => {
  const long = Buffer.from(`x ${Buffer.alloc(150_000, text).toString('base64')}. ${text.toString('base64')}`);
  expect(expectSame(long, 60)).toHaveLength(2);
  expect(expectSame(long, 60, 0, [70_000])).toHaveLength(2);
  expect(expectSame(long.subarray(0, 65_536), 60)).toHaveLength(1);
  expect(expectSame(long.subarray(2, 65_538), 60)).toHaveLength(1);
  expect(expectSame(long.subarray(2, 65_537), 60)).toHaveLength(1);
});

test('what was looked at before is not taken for what stands behind the last byte', () => {
  expectSame(Buffer.alloc(65_536, '/'), 60);
  const bytes = Buffer.from(`${text.toString('base64').slice(0, 59)}\\`);
  expect(expectSame(bytes, 60)).toEqual([]);
  expect(expectSame(Buffer.concat([Buffer.alloc(65_536 - bytes.length, ' '), bytes]), 60)).toEqual([]);
});

test('words in which nothing can begin are left out', () => {
  const bytes = Buffer.from('A'.repeat(90));
  expect(wordsIn(bytes, 60, 0, 'wasm').next()).toBe(undefined);
  expect(wordsIn(bytes, 60, 0, 'plain').next()).toEqual({ start: 0, end: 90 });
});

test('two searches may take turns', () => {
  const bytes = Buffer.from(` ${Array.from({ length: 9 }, () => text.toString('base64')).join(' ')}`);
  const [one, other] = [wordsIn(bytes, 60, 0, 'wasm'), wordsIn(bytes.subarray(1), 60, 0, 'wasm')];
  for (let count = 0; count < 9; count++) {
    const word = one.next();
    expect(word).toBeDefined();
    expect(other.next()).toEqual({ start: word!.start - 1, end: word!.end - 1 });
  }
  expect([one.next(), other.next()]).toEqual([undefined, undefined]);
});
