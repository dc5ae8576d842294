import { expect, test } from '@jest/globals';
import type { Detector } from '../../../../src/scan/detectors/detector.ts';
import { compileDetectors, type Detection, type Detectors } from '../../../../src/scan/detectors/detectors.ts';
import { loadDetectors } from '../../../../src/scan/detectors/index.ts';
import { base62, drawn } from './fakes.ts';

const detectors = await loadDetectors();
const token = `ghp_${drawn(base62, 36)}`;

function detect(using: Detectors, chunks: Iterable<Uint8Array>): Detection[] {
  const found: Detection[] = [];
  const stream = using.stream((detection) => found.push(detection));
  for (const chunk of chunks) stream.push(chunk);
  stream.end();
  return found;
}

function* chunked(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  // the same memory again and again, as a reader may use it
  const chunk = new Uint8Array(size);
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size);
    chunk.set(part);
    yield chunk.subarray(0, part.length);
  }
}

/** A large file of words with a token at each of the offsets. */
function fileWith(size: number, offsets: readonly number[]): Buffer {
  const bytes = Buffer.alloc(size, 'lorem ipsum dolor sit amet ');
  for (const at of offsets) bytes.write(` ${token} `.slice(at === 0 ? 1 : 0), at, 'latin1');
  return bytes;
}

test.each([1, 7, 4096, 65_536, 1_000_003])('in chunks of %d bytes tokens are found wherever they are cut', (size) => {
  const offsets =
    size === 1 ? [0, 300, 9000] : [0, 300, 262_130, detectors.reach - 20, detectors.reach + 80, 700_000, 999_950];
  const bytes = fileWith(size === 1 ? 10_000 : 1_000_000, offsets);
  const starts = offsets.map((at) => (at === 0 ? 0 : at + 1));
  const found = detect(detectors, chunked(bytes, size));
  expect(found.map(({ start }) => start)).toEqual(starts);
  for (const { start, end } of found) expect(bytes.toString('latin1', start, end)).toBe(token);
});

test('a token is found at every place around the edge of a block', () => {
  const edge = detectors.reach;
  for (let at = edge - 60; at < edge + 20; at += 3) {
    const found = detect(detectors, [fileWith(edge + 1000, [at])]);
    expect(found.map(({ start }) => start)).toEqual([at + 1]);
  }
});

test('a file is told whole whether it ends with the token or begins with it', () => {
  expect(detectors.detect(Buffer.from(token))).toEqual([
    { detector: 'github-token', title: 'a GitHub token', confidence: 'high', start: 0, end: 40 },
  ]);
});

test('streams of one set do not disturb each other', () => {
  const found: number[] = [];
  const one = detectors.stream(({ start }) => found.push(start));
  const other = detectors.stream(({ start }) => found.push(1000 + start));
  one.push(Buffer.from(token.slice(0, 20)));
  other.push(Buffer.from(`x ${token}`));
  one.push(Buffer.from(token.slice(20)));
  one.end();
  other.end();
  expect(found).toEqual([0, 1002]);
});

test('every one of many tokens in a single line of megabytes is told', () => {
  const line = Buffer.from(`a("${token}",${'b'.repeat(200)});`.repeat(21_000));
  expect(line.length).toBeGreaterThan(5_000_000);
  expect(detect(detectors, chunked(line, 65_536))).toHaveLength(21_000);
});

/** Finds what the pattern matches around `KEYS`. */
function simple(pattern: RegExp, behind: number, reach: number): Detector {
  return {
    id: 'simple',
    title: 'letters',
    confidence: 'high',
    source: 'this test',
    anchors: ['KEYS'],
    behind,
    reach,
    find: ({ text }) =>
      [...text.matchAll(pattern)].map((match) => ({ start: match.index, end: match.index + match[0].length })),
  };
}

function places(detector: Detector, text: string): number[][] {
  return detect(compileDetectors([detector]), [Buffer.from(text)]).map(({ start, end }) => [start, end]);
}

test('what begins before the window is not taken for something shorter', () => {
  const detector = simple(/(?<![a-z])[a-z]+KEYS/g, 8, 10);
  expect(places(detector, `${'.'.repeat(50)}abcKEYS`)).toEqual([[50, 57]]);
  expect(places(detector, `${'.'.repeat(50)}${'a'.repeat(50)}KEYS`)).toEqual([]);
});

test('what ends behind the window is told whole, by a window of its own', () => {
  const text = `KEYS${'.'.repeat(4096)}KEYS${'a'.repeat(50)}.`;
  expect(places(simple(/KEYS[a-z]*/g, 8, 10), text)).toEqual([
    [0, 4],
    [4100, 4154],
  ]);
});

test('what two windows show is told once', () => {
  expect(places(simple(/KEYS/g, 2000, 10), 'KEYS'.repeat(3000))).toHaveLength(3000);
});

test('the bytes that a detector is shown stay in proportion to the file, however many anchors it has', () => {
  let shown = 0;
  const greedy: Detector = {
    id: 'greedy',
    title: 'nothing',
    confidence: 'high',
    source: 'this test',
    anchors: ['abcd'],
    behind: 100,
    reach: 1000,
    find: ({ bytes }) => {
      shown += bytes.length;
      return [];
    },
  };
  const bytes = Buffer.alloc(2_000_000, 'abcd');
  detect(compileDetectors([greedy]), [bytes]);
  expect(shown).toBeGreaterThan(bytes.length);
  expect(shown).toBeLessThan(bytes.length * 1.5);
});

test('what two detectors see at one place is told once', () => {
  const found = detectors.detect(Buffer.from(`//npm.example.com/:_authToken=npm_${drawn(base62, 36)}\n`));
  expect(found).toHaveLength(1);
});
