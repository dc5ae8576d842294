import { expect, test } from '@jest/globals';
import { readByContent } from '../../../src/secrets/formats/by-content.ts';
import { partsOf } from '../../../src/secrets/parts.ts';
import { privateKeysIn } from '../../../src/secrets/pem.ts';
import { Secret } from '../../../src/secrets/secret.ts';
import { readAssignments } from '../../../src/secrets/sources/assignments.ts';
import { credentialsInText } from '../../../src/secrets/text-credentials.ts';

// Half a megabyte of each: a pattern that backtracks over it would take minutes and run into the test's time limit.
const size = 500_000;

test.each([
  'a',
  'x7',
  'A=b\n',
  'password=',
  'a:b@',
  'https://',
  '-----BEGIN PRIVATE KEY-----',
  '--password x ',
  'curl -u ',
  'docker login ',
  '${',
  '%41',
  '[',
  '&?a=b#',
  'a.',
  '/a',
  'ABCDEF0123456789 ',
  "'",
  '"',
  'a_b-',
  ' ',
  '\\n',
])('text made of %j is read in linear time', (piece) => {
  const text = piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
  const secret = new Secret({
    name: 'X',
    value: Buffer.from(text),
    origin: { source: 'file', where: 'x' },
    reason: '',
  });
  expect(() => {
    partsOf(secret);
    credentialsInText(text);
    readAssignments(text);
  }).not.toThrow();
});

// The readers of formats do more for each line; a tenth of the size tells quadratic time as well.
test.each([
  '\n',
  'token: a\n',
  '- a:\n',
  '<a>b</a>',
  '<a b="c" ',
  'token="x7" ',
  'machine a password b7c8d9\n',
  '{"a":',
])('a file of unknown format made of %j is read in linear time', (piece) => {
  const text = piece.repeat(Math.ceil(size / 10 / piece.length));
  expect(() => readByContent(text)).not.toThrow();
});

test('a key without an end does not hide the next one', () => {
  const key = '-----BEGIN EC PRIVATE KEY-----\nbm90LWEtc2VjcmV0\n-----END EC PRIVATE KEY-----';
  expect(privateKeysIn(`-----BEGIN RSA PRIVATE KEY-----\n${key}`).map(({ label, body }) => [label, body])).toEqual([
    ['EC PRIVATE KEY', 'bm90LWEtc2VjcmV0'],
  ]);
});
