import { expect, test } from '@jest/globals';
import { partOf } from '../../../../../src/secrets/providers/pass/entry.ts';
import { pass } from '../../../../../src/secrets/providers/pass/index.ts';
import { parsePass } from '../../../../../src/secrets/providers/pass/reference.ts';

// What pass and gpg do is tested with the real ones, in test/tools.

const part = (decrypted: string, reference: string): string =>
  partOf(Buffer.from(decrypted), parsePass(reference)).toString();

const login = 'not-a-secret-7f3a91c2d4e8\nuser: app\nurl:  https://example.com\nuser: second\n';
const key = '-----BEGIN not a key-----\nabc\n-----END not a key-----\n';

test('the newline that pass ends an entry with is no part of the value; a second one is', () => {
  expect(part('not-a-secret\n', 'pass://a')).toBe('not-a-secret');
  expect(part('not-a-secret', 'pass://a')).toBe('not-a-secret');
  expect(part('not-a-secret\n\n', 'pass://a#*')).toBe('not-a-secret\n');
});

test('lines are reached by number, fields by key, and all of it by a star', () => {
  expect(part(login, 'pass://a#1')).toBe('not-a-secret-7f3a91c2d4e8');
  expect(part(login, 'pass://a#2')).toBe('user: app');
  expect(part(login, 'pass://a#user')).toBe('app');
  expect(part(login, 'pass://a#url')).toBe('https://example.com');
  expect(part(key, 'pass://a#*')).toBe(key.slice(0, -1));
});

test('of an entry of several lines it must be said which is meant', () => {
  for (const text of [login, key]) {
    expect(() => part(text, 'pass://prod/db')).toThrow(
      expect.objectContaining({ code: 'SOURCE_FAILED', hint: expect.stringContaining('pass://prod/db#1') }),
    );
  }
});

test('the first line is the password, whatever it looks like', () => {
  expect(() => part('user: not-a-secret\nx: y\n', 'pass://a#user')).toThrow(
    expect.objectContaining({ code: 'SECRET_MISSING' }),
  );
});

test('a line or key that is not there is missing', () => {
  for (const reference of ['pass://a#5', 'pass://a#nope', 'pass://a#use']) {
    expect(() => part(login, reference)).toThrow(expect.objectContaining({ code: 'SECRET_MISSING' }));
  }
});

test('bytes that are no UTF-8 are kept', () => {
  const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x41]);
  const entry = Buffer.concat([bytes, Buffer.from('\nk\u00e9y: v\n')]);
  expect(partOf(entry, parsePass('pass://a#1'))).toEqual(bytes);
  expect(partOf(entry, parsePass('pass://a#k\u00e9y')).toString()).toBe('v');
});

test('what leads out of the store or looks like a flag is no reference', () => {
  for (const text of ['', '../x', 'a/../../x', '/etc/x', 'a//b', '-c', '--help', 'a/', 'a#', 'a#0', 'a?b', 'a\nb']) {
    expect(() => pass.check(`pass://${text}`)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  }
});
