import { expect, test } from '@jest/globals';
import { chooseField, parseField } from '../../../../../src/secrets/providers/cloud/field.ts';

function choose(text: string, fragment: string): string {
  const field = parseField(fragment);
  if (field === undefined) return text;
  const chosen = chooseField(Buffer.from(text), field);
  return typeof chosen === 'string' ? `(${chosen})` : chosen.toString();
}

const json = JSON.stringify({
  user: 'app',
  'a.b': 'with a dot',
  db: { password: 'p', 'x/y': 'slash', list: ['one', 'two'] },
  none: null,
  yes: true,
});

test.each([
  ['user', 'app'],
  ['/user', 'app'],
  ['db.password', 'p'],
  ['/db/password', 'p'],
  ['a.b', 'with a dot'],
  ['/db/x~1y', 'slash'],
  ['/db/list/1', 'two'],
  ['yes', 'true'],
  ['', json],
  ['/', json],
])('the field %s of JSON is %s', (fragment, expected) => {
  expect(choose(json, fragment)).toBe(expected);
});

test.each(['missing', 'none', 'toString', '__proto__', 'constructor', '/db/list/length', 'user.length'])(
  'there is no field %s',
  (fragment) => {
    expect(choose(json, fragment)).toBe('(absent)');
  },
);

test('a field that holds several values is not chosen', () => {
  expect(choose(json, 'db')).toBe('(not one value)');
});

test('numbers come as they are written', () => {
  expect(choose('{"n": 12345678901234567890}', 'n')).toBe('12345678901234567890');
  expect(choose('{"n": 1.10}', 'n')).toBe('1.10');
  expect(choose('{"o": {"n": 1e3}}', 'o.n')).toBe('1e3');
  expect(choose('{\n\t"n":\t5432,\n\t"x":\t1.5 }', 'n')).toBe('5432');
});

test('what vals takes for YAML is YAML', () => {
  expect(choose('user: app\nport: 0123\nyes: on\n', 'port')).toBe('0123');
  expect(choose('user: app\nport: 0123\nyes: on\n', 'yes')).toBe('on');
  expect(choose('a: true\nb: "null"\n', 'a')).toBe('true');
  expect(choose('a: true\nb: "null"\n', 'b')).toBe('null');
  expect(choose('a: null\nb:\n', 'a')).toBe('(absent)');
  expect(choose('a: null\nb:\n', 'b')).toBe('(absent)');
});

test('what has no fields says so', () => {
  for (const text of ['not-a-secret-7f3a91c2d4e8', '"text"', '', '{"a": ', 'a: [', '&a [*a']) {
    expect(choose(text, 'a')).toBe('(not structured)');
  }
  expect(chooseField(Uint8Array.of(0xff, 0xfe), { text: 'a', paths: [['a']] })).toBe('not structured');
});
