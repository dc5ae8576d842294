import { expect, test } from '@jest/globals';
import { matchesGlob } from '../../../src/rules/glob.ts';

test.each([
  ['.env', '.env', true],
  ['.env*', '.env.local', true],
  ['.env*', 'sub/.env', false],
  ['*', '.env', true],
  ['*', 'a/b', false],
  ['a/?.key', 'a/b.key', true],
  ['[ab].pem', 'b.pem', true],
  ['[!ab].pem', 'b.pem', false],
  ['\\*.pem', '*.pem', true],
  ['\\*.pem', 'x.pem', false],
  ['a.c', 'abc', false],
  ['[b-a]', 'b', false],
])('%s and %s: %s', (pattern, path, matches) => {
  expect(matchesGlob(pattern, path)).toBe(matches);
});
