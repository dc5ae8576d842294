import { expect, test } from '@jest/globals';
import { loadDetectors } from '../../../src/scan/detectors/index.ts';
import { mask } from '../../../src/scan/mask.ts';
import { compileSearch } from '../../../src/scan/search.ts';
import { base62, drawn } from './detectors/fakes.ts';
import { secret, token } from './secrets.ts';

const search = compileSearch([secret(), secret('PART', token.slice(4))]);

test.each([
  ['nothing to hide, ünïcode', 'nothing to hide, ünïcode'],
  [`ü ${token} ü ${token}`, 'ü *** ü ***'],
  [`${token}${token}`, '******'],
  [`x${token.slice(4)}x`, 'x***x'],
  [Buffer.from(token).toString('hex'), '***'],
])('%s', (text, masked) => {
  expect(mask(text, { search })).toBe(masked);
});

test('every form of a value is gone', () => {
  for (const text of [encodeURIComponent(token), JSON.stringify(token), Buffer.from(token).toString('base64')])
    expect(search.matches(Buffer.from(mask(text, { search })))).toEqual([]);
});

test('what a detector recognises is gone, too, also beside a value', async () => {
  const detectors = await loadDetectors();
  const text = `RUN A=${token} GH=ghp_${drawn(base62, 36)} make`;
  expect(mask(text, { search, detectors })).toBe('RUN A=*** GH=*** make');
});

/** Drawn by nobody: the digests of sentences. */
const long = Array.from({ length: 4 }, (_, index) => drawn(base62, 43, 1 + index)).join('');
const pieces = (text: string, bytes: number): string[] =>
  Array.from({ length: text.length - bytes + 1 }, (_, at) => text.slice(at, at + bytes));

test.each<[string, (value: string) => string]>([
  ['base64', (value) => Buffer.from(value).toString('base64')],
  ['base64 of base64', (value) => Buffer.from(Buffer.from(value).toString('base64')).toString('base64')],
  ['base64 of UTF-16', (value) => Buffer.from(value, 'utf16le').toString('base64')],
  ['hex with blanks', (value) => Buffer.from(value).toString('hex').replace(/../g, '$& ').trim()],
  ['hex with \\x', (value) => Buffer.from(value).toString('hex').replace(/../g, '\\x$&')],
  ['percent of every byte', (value) => Buffer.from(value).toString('hex').replace(/../g, '%$&')],
  ['octal', (value) => [...Buffer.from(value)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')],
  ['unicode escapes', (value) => Buffer.from(value).toString('hex').replace(/../g, '\\u00$&')],
  ['character references', (value) => Buffer.from(value).toString('hex').replace(/../g, '&#x$&;')],
  ['UTF-32', (value) => [...value].map((character) => `${character}\0\0\0`).join('')],
])('of a long value in %s nothing is left', (_, encode) => {
  const encoded = encode(long);
  const masked = mask(`RUN: ${encoded}; make`, { search: compileSearch([secret('LONG', long)]) });
  expect(masked).toMatch(/^RUN(?:: )?\*\*\*;? make$/);
});

test('of a cut value no six characters are left', () => {
  const own = compileSearch([secret('LONG', long)]);
  for (const cut of [long.slice(0, -3), long.slice(5), `${long.slice(0, -9)}.txt`]) {
    for (const text of [`RUN x ${cut} y`, `/app/${cut}`, cut]) {
      const masked = mask(text, { search: own });
      expect(masked).toContain('***');
      for (const piece of pieces(long, 6)) expect(masked).not.toContain(piece);
    }
  }
  expect(mask(`/app/${long.slice(0, -9)}.txt`, { search: own })).toBe('/app/***.txt');
});

test('a part goes on as the value does, over a slash, too', () => {
  const value = `${drawn(base62, 40)}/${drawn(base62, 12, 2)}/${drawn(base62, 6, 3)}`;
  expect(mask(`in ${value.slice(0, -2)}/x`, { search: compileSearch([secret('SLASHED', value)]) })).toBe('in ***/x');
});
