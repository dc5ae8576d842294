import { expect, test } from '@jest/globals';
import { anchorSearch } from '../../../../src/scan/detectors/anchor-search.ts';
import { type Anchor, followed } from '../../../../src/scan/detectors/anchors.ts';
import { allDetectors } from '../../../../src/scan/detectors/list.ts';

const backends = ['wasm', 'plain'] as const;

function starts(anchors: readonly Anchor[], text: string, backend: 'wasm' | 'plain'): [number, number][] {
  const found: [number, number][] = [];
  const bytes = Buffer.from(text, 'latin1');
  anchorSearch(anchors, backend).search(bytes, 0, bytes.length, (anchor, start) => found.push([anchor, start]));
  return found;
}

/** Random letters of a few, so that beginnings of anchors are frequent. */
function noise(alphabet: string, length: number, seed: number): string {
  let state = seed;
  let text = '';
  while (text.length < length) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    text += alphabet[(state >>> 8) % alphabet.length];
  }
  return text;
}

test.each(backends)('%s finds what a naive search finds, in noise and at every place around a piece', (backend) => {
  const anchors = ['abca', 'bcab\0', followed('ab', 'digits', 3), followed('cac', 'hex', 2), '\xffab\xfe', 'a0b1c'];
  const naive = [/(?=abca)/g, /(?=bcab\0)/g, /(?=ab\d{3})/g, /(?=cac[0-9a-fA-F]{2})/g, /(?=\xffab\xfe)/g, /(?=a0b1c)/g];
  const text = noise('abcabc01\0\xff\xfe', 200_000, 7);
  const expected = naive.map((pattern) => [...text.matchAll(pattern)].map(({ index }) => index));
  for (const places of expected) expect(places.length).toBeGreaterThan(5);
  const found = starts(anchors, text, backend);
  const places = anchors.map((_, index) => found.filter(([anchor]) => anchor === index).map(([, start]) => start));
  expect(places).toEqual(expected);

  const piece = 65_536;
  for (let at = piece - 12; at < piece + 4; at++)
    expect(starts(anchors, `${'.'.repeat(at)}a0b1c...`, backend)).toEqual([[5, at]]);
});

test.each(backends)('%s finds every anchor of every detector', async (backend) => {
  const anchors = [...new Set((await allDetectors()).flatMap((detector) => detector.anchors))];
  const texts = anchors.map((anchor) =>
    typeof anchor === 'string' ? anchor : anchor.text + (anchor.by === 'letters' ? 'a' : '2').repeat(anchor.least),
  );
  const whole = texts.map((text) => `\n.${text}`).join('');
  const found = starts(anchors, whole, backend);
  for (const [index, text] of texts.entries()) expect(found).toContainEqual([index, whole.indexOf(`\n.${text}`) + 2]);
});

test.each(backends)('%s tells positions from the first to before the last, and nothing of bytes before', (backend) => {
  const search = anchorSearch(['KEYS'], backend);
  const bytes = Buffer.from('KEYS.KEYS.KEYS.');
  const found: number[] = [];
  search.search(bytes, 1, 10, (_, start) => found.push(start));
  expect(found).toEqual([5]);
  // what an earlier and longer search left in memory is not looked at
  search.search(Buffer.from('..KEY'), 0, 5, (_, start) => found.push(start));
  expect(found).toEqual([5]);
});

test.each(backends)('%s needs all of what follows', (backend) => {
  const anchors = [followed('hf_', 'letters')];
  expect(starts(anchors, `hf_${'a'.repeat(16)}`, backend)).toEqual([[0, 0]]);
  expect(starts(anchors, `hf_${'a'.repeat(15)}`, backend)).toEqual([]);
  expect(starts(anchors, `hf_${'a'.repeat(15)}_${'a'.repeat(15)}`, backend)).toEqual([]);
});

test('an anchor of less than four bytes is refused', () => {
  expect(() => anchorSearch(['KEY'])).toThrow(RangeError);
  expect(() => anchorSearch([followed('K', 'digits', 2)])).toThrow(RangeError);
});
