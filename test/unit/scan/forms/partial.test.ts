import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { needlesOf } from '../../../../src/scan/forms/index.ts';
import { formsFound } from './search.ts';

/** Looks drawn at random and is not: the digest of a sentence. */
const drawn = (label: string): string => createHash('sha256').update(`not a secret: ${label}`).digest('base64url');
const token = drawn('token');

test('a long part of a token is found at either end, and a short one is not', () => {
  const most = Math.ceil(token.length * 0.6);
  expect(formsFound(token, `TOKEN=${token.slice(0, most)}…`)).toEqual(['partial']);
  expect(formsFound(token, `…${token.slice(-most)}\n`)).toEqual(['partial']);
  expect(formsFound(token, token.slice(0, most - 1))).toEqual([]);
  expect(formsFound(token, token.slice(1 - most))).toEqual([]);
  expect(formsFound(token, token.slice(3, -3))).toEqual([]);
});

test('what every token of its kind begins with does not count', () => {
  for (const head of ['ghp_', 'github_pat_', 'sk_live_', 'xoxb-']) {
    const value = `${head}${drawn(head)
      .replace(/[^A-Za-z0-9]/g, '')
      .slice(0, 36)}`;
    const most = Math.ceil((value.length - head.length) * 0.6);
    expect(formsFound(value, value.slice(0, head.length + most))).toEqual(['partial']);
    expect(formsFound(value, value.slice(0, head.length + most - 1))).toEqual([]);
  }
});

test('the readable part of a JSON web token is no part of it', () => {
  const readable = ['{"alg":"HS256","typ":"JWT"}', '{"sub":"nobody","name":"not a secret"}'].map((json) =>
    Buffer.from(json).toString('base64url'),
  );
  const value = [...readable, drawn('signature')].join('.');
  expect(formsFound(value, [...readable, drawn('another')].join('.'))).toEqual([]);
  expect(formsFound(value, value.slice(0, -8))).toEqual(['partial']);
});

test.each([
  'https://hooks.example.com/services/T00000000/B00000000/not-a-secret-7f3a91c2',
  'postgres://app:not-a-secret-7f3a91c2d4e8@db.example.com:5432/app',
  'Server=db.example.com;Database=app;Password=not-a-secret-7f3a',
  '-----BEGIN PRIVATE KEY-----\nbm90LWEtc2VjcmV0\n-----END PRIVATE KEY-----',
  'correct-horse-battery-staple-and-another-word',
  'correct horse battery staple 7f3a91c2',
  'application-settings-production-2026',
  '00000000000000000000000000000000',
  'eight-88',
])('%s has no part that would mean anything', (value) => {
  expect(needlesOf(Buffer.from(value)).needles.filter(({ form }) => form === 'partial')).toEqual([]);
});

test('a piece from behind the middle of a long value is a part of it, whatever else a form would call it', () => {
  const long = Array.from({ length: 8 }, (_, index) => drawn(`${index}`).replace(/[\W_]/g, 'x')).join('');
  const at = Math.floor(long.length * 0.6) - 8;
  expect(formsFound(long, long.slice(at, at + 144))).toEqual(['partial']);
});

test('hexadecimal tokens are drawn as others are', () => {
  const tokens = Array.from({ length: 300 }, (_, index) =>
    createHash('md5').update(`not a secret ${index}`).digest('hex'),
  );
  const missed = tokens.filter(
    (value) => needlesOf(Buffer.from(value)).needles.filter(({ form }) => form === 'partial').length < 2,
  );
  expect(missed.length).toBeLessThanOrEqual(3);
});
