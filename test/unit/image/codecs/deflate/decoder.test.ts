import { constants, deflateRawSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DeflateDecoder } from '../../../../../src/image/codecs/deflate/decoder.ts';
import { mixed, samples } from '../corpus.ts';
import { BitWriter, dynamicHeader } from './bit-writer.ts';
import { decoded, type Verdict, zlibVerdict } from './verdict.ts';

const { Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED } = constants;

/** Zlib's verdict, and its bytes where it tells them. */
function expectAsZlib(input: Uint8Array, sizes?: readonly number[]): Verdict {
  const ours = decoded(input, sizes);
  const theirs = zlibVerdict(input);
  if (ours.end === 'broken' && theirs.end === 'cut off') {
    // a header without any code of lengths is broken at once: zlib waits for the lengths before it says so
    expect(zlibVerdict(Buffer.concat([input, Buffer.alloc(400)])).end).toBe('broken');
    return ours;
  }
  expect(ours.end).toBe(theirs.end);
  expect(ours.consumed).toBe(theirs.consumed);
  if (ours.end !== 'broken') expect(ours.output.equals(theirs.output)).toBe(true);
  return ours;
}

/** Bytes that deflate finds something in: runs, repetitions at all distances, noise. */
const content = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .tuple(fc.integer({ max: 255, min: 0 }), fc.integer({ min: 1, max: 2000 }))
        .map(([byte, n]) => new Uint8Array(n).fill(byte)),
      fc
        .tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 60 }))
        .map(([part, n]) => Buffer.concat(Array(n).fill(part))),
      fc
        .tuple(fc.integer({ min: 0, max: 50_000 }), fc.integer({ min: 1, max: 9000 }))
        .map(([at, n]) => text.subarray(at, at + n)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.concat(parts));
const text = mixed(60_000);

test('one decoder after another stream decodes the next, with whatever codes', () => {
  const decoder = new DeflateDecoder();
  const [fixed, dynamic] = [Z_FIXED, Z_DEFAULT_STRATEGY].map((strategy) =>
    deflateRawSync(text.subarray(0, 5000), { strategy }),
  );
  // a header of dynamic codes that breaks, with the tables half made
  const broken = Buffer.concat([dynamic!.subarray(0, 12), Buffer.alloc(60, 0xff)]);
  for (const stream of [fixed, fixed, dynamic, fixed, broken, fixed, dynamic!.subarray(0, 20), fixed, dynamic]) {
    decoder.reset();
    decoder.feed(stream!);
    const step = decoder.decode();
    if (stream === fixed || stream === dynamic) {
      expect(step).toBe('ended');
      expect(Buffer.from(decoder.take()).equals(text.subarray(0, 5000))).toBe(true);
    }
  }
});

const settings = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  strategy: fc.constantFrom(Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED),
  memLevel: fc.integer({ min: 1, max: 9 }),
  windowBits: fc.integer({ min: 9, max: 15 }),
});

const cuts = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 4 });

test('what zlib deflates, in whatever way and chunks, is decoded to its last byte', () => {
  fc.assert(
    fc.property(content, settings, cuts, fc.uint8Array({ maxLength: 20 }), (bytes, how, sizes, behind) => {
      const deflated = deflateRawSync(bytes, how);
      const { end, output, consumed } = decoded(Buffer.concat([deflated, behind]), sizes);
      expect([end, consumed]).toEqual(['ended', deflated.length]);
      expect(output.equals(bytes)).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test.each(samples)('%s is decoded at every level and by every strategy, in one chunk and in many', (_, bytes) => {
  for (const level of [0, 1, 6, 9])
    for (const strategy of [Z_DEFAULT_STRATEGY, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED]) {
      const deflated = deflateRawSync(bytes, { level, strategy });
      const sizes = [deflated.length > 5000 ? 999 : 1, 1 << 24];
      for (const size of sizes) {
        const { end, output, consumed } = decoded(deflated, [size]);
        expect([end, consumed, output.equals(bytes)]).toEqual(['ended', deflated.length, true]);
      }
    }
});

test('matches of every distance and length are copied right, also over the end of the room for output', () => {
  const noise = Buffer.from(Array.from({ length: 33_000 }, (_, at) => Math.imul(at, 2654435761) >>> 24));
  const parts: Buffer[] = [noise];
  for (let distance = 1; distance < 40; distance++)
    for (const length of [3, 4, 15, 16, 17, 31, 32, 33, 258, 600])
      parts.push(
        noise.subarray(distance * 41, distance * 41 + distance),
        Buffer.alloc(length, noise.subarray(distance * 41, distance * 41 + distance)),
      );
  for (const distance of [255, 4096, 32_767, 32_768]) parts.push(noise.subarray(0, distance), noise.subarray(0, 300));
  const bytes = Buffer.concat([...parts, ...parts, ...parts, ...parts, ...parts]);
  const { end, output } = decoded(deflateRawSync(bytes, { level: 9, memLevel: 9 }));
  expect([end, output.equals(bytes)]).toEqual(['ended', true]);
});

test('a stream that was damaged has the same verdict, and bytes, as by zlib', () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(content, settings, damage, cuts, (bytes, how, changes, sizes) => {
      const deflated = deflateRawSync(bytes, how);
      // most of what can be wrong is in the header
      for (const [at, change] of changes)
        deflated[at % Math.min(deflated.length, at % 3 === 0 ? 1 << 20 : 90)]! ^= change;
      expectAsZlib(deflated, sizes);
    }),
    { numRuns: 400 },
  );
});

test('a stream that is cut off gives all that zlib gives', () => {
  const deflated = deflateRawSync(text.subarray(0, 3000));
  for (let length = 0; length < deflated.length; length++) {
    const { end } = expectAsZlib(deflated.subarray(0, length), [length % 2 === 0 ? 1 : 1000]);
    expect(end).toBe('cut off');
  }
});

/** Lengths of codes that mostly fill the space exactly, for symbols anywhere. */
const lengthsOf = (least: number, most: number): fc.Arbitrary<number[]> =>
  fc
    .tuple(fc.array(fc.nat(), { maxLength: 400 }), fc.integer({ min: least, max: most }), fc.nat(), fc.nat(5), fc.nat())
    .map(([splits, count, seed, wrong, place]) => {
      const codes = [0];
      // a code of length n becomes two of n + 1: the space stays full
      for (const split of splits) {
        const at = split % codes.length;
        if (codes[at]! < 15 && codes.length < count) codes.splice(at, 1, codes[at]! + 1, codes[at]! + 1);
      }
      const lengths = Array.from({ length: count }, (_, symbol) => codes[symbol] ?? 0);
      if (wrong === 0) lengths[place % count] = place % 16;
      const order = (symbol: number): number => Math.imul(symbol + 1, seed | 1) >>> 0;
      return [...lengths.keys()].sort((a, b) => order(a) - order(b)).map((symbol) => lengths[symbol]!);
    });

test('blocks with any lengths of codes have the same verdict, and bytes, as by zlib', () => {
  const ends = { ended: 0, broken: 0, 'cut off': 0 };
  fc.assert(
    fc.property(
      lengthsOf(257, 286),
      lengthsOf(1, 30),
      fc.uint8Array({ minLength: 1, maxLength: 600 }),
      cuts,
      (literals, distances, bits, sizes) => {
        if (literals[256] === 0)
          literals[256] =
            literals.splice(
              literals.findIndex((length) => length > 0),
              1,
              0,
            )[0] ?? 0;
        const writer = dynamicHeader(literals, distances);
        for (const byte of bits) writer.put(byte, 8);
        ends[expectAsZlib(writer.bytes(), sizes).end]++;
      },
    ),
    { numRuns: 400 },
  );
  // else the test would say nothing
  expect(Math.min(...Object.values(ends))).toBeGreaterThan(10);
});

const literalsWith = (lengths: Record<number, number>, count = 257): number[] =>
  Array.from({ length: count }, (_, symbol) => lengths[symbol] ?? 0);

test.each<[string, Buffer]>([
  ['a block of the reserved type', new BitWriter().put(1, 1).put(3, 2).put(0, 29).bytes()],
  ['a stored length without its inverse', Buffer.from([1, 5, 0, 5, 0, 1, 2, 3, 4, 5])],
  ['287 symbols', new BitWriter().put(1, 1).put(2, 2).put(30, 5).put(0, 5).put(15, 4).put(0, 80).bytes()],
  ['31 distances', new BitWriter().put(1, 1).put(2, 2).put(0, 5).put(30, 5).put(15, 4).put(0, 80).bytes()],
  ['no code of lengths', new BitWriter().put(1, 1).put(2, 2).put(0, 14).put(0, 500).bytes()],
  [
    'no end of the block',
    dynamicHeader(literalsWith({ 65: 1, 66: 1 }), [0])
      .put(0, 40)
      .bytes(),
  ],
  [
    'too many codes',
    dynamicHeader(literalsWith({ 65: 1, 66: 1, 256: 1 }), [0])
      .put(0, 40)
      .bytes(),
  ],
  [
    'too few codes',
    dynamicHeader(literalsWith({ 65: 2, 256: 2 }), [0])
      .put(0, 40)
      .bytes(),
  ],
  [
    'too few distances',
    dynamicHeader(literalsWith({ 65: 1, 256: 1 }), [2, 2])
      .put(0, 40)
      .bytes(),
  ],
  [
    'a code that no symbol has',
    dynamicHeader(literalsWith({ 256: 1 }), [0])
      .put(1, 40)
      .bytes(),
  ],
  [
    'a distance where there is none',
    dynamicHeader(literalsWith({ 65: 2, 256: 2, 257: 1 }, 258), [0])
      .put(0, 40)
      .bytes(),
  ],
  [
    'a distance that has no code',
    dynamicHeader(literalsWith({ 65: 1, 256: 2, 257: 2 }, 258), [1])
      .put(0b1_11_0, 4)
      .put(0, 40)
      .bytes(),
  ],
  ['a distance before the beginning', new BitWriter().put(1, 1).put(1, 2).put(0b1000000, 7).put(0, 60).bytes()],
])('%s breaks the stream, as by zlib', (_, input) => {
  for (const size of [1, 1 << 20]) expect(expectAsZlib(input, [size]).end).toBe('broken');
});

test('a single code of a symbol or of a distance is enough', () => {
  const one = dynamicHeader(literalsWith({ 256: 1 }), [0])
    .put(0, 1)
    .bytes();
  const repeated = dynamicHeader(literalsWith({ 65: 1, 256: 2, 257: 2 }, 258), [1])
    .put(0b0_11_0, 4)
    .put(0b01, 2)
    .put(0, 8)
    .bytes();
  expect(expectAsZlib(one).end).toBe('ended');
  expect(expectAsZlib(repeated)).toMatchObject({ end: 'ended', output: Buffer.from('AAAA') });
});

/** A stored block, and behind it matches of the greatest length and distance, which zlib itself never writes. */
function farMatches(before: Uint8Array, count: number): Buffer {
  const head = Buffer.from([0, 0, 0, 0, 0]);
  head.writeUInt16LE(before.length, 1);
  head.writeUInt16LE(before.length ^ 0xffff, 3);
  const writer = new BitWriter().put(1, 1).put(1, 2);
  // symbol 285, distance 29 with all extra bits: codes stand with their highest bit first
  for (let match = 0; match < count; match++) writer.put(0b10100011, 8).put(0b10111, 5).put(8191, 13);
  return Buffer.concat([head, before, writer.put(0, 7).bytes()]);
}

test('the window reaches back as far as a match may, always', () => {
  const before = Buffer.from(Array.from({ length: 32_768 }, (_, at) => Math.imul(at, 2654435761) >>> 24));
  const { end, output } = expectAsZlib(farMatches(before, 9000), [60_000]);
  expect([end, output.length]).toEqual(['ended', 32_768 + 9000 * 258]);
  expect(expectAsZlib(farMatches(before.subarray(1), 1)).end).toBe('broken');
});

test('what was decoded before a break is there to be taken', () => {
  const bytes = text.subarray(0, 20_000);
  const good = deflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  for (const size of [1, 1 << 20]) {
    const { end, output } = decoded(Buffer.concat([good, Buffer.from([0xff, 0xff])]), [size]);
    expect([end, output.equals(bytes)]).toEqual(['broken', true]);
  }
});
