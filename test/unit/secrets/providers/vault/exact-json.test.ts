import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isObject, parseExact, printExact } from '../../../../../src/secrets/providers/vault/exact-json.ts';
import { fieldOf } from '../../../../../src/secrets/providers/vault/field.ts';

test.each([
  '{"pin":12345678901234567890,"rate":1.10,"big":1e400,"zero":-0}',
  '{"text":"12 and \\"34\\" \\\\","list":[1,"2",true,null],"in":{"a":"5"}}',
])('numbers stay digit for digit: %s', (text) => {
  expect(printExact(parseExact(text))).toBe(text);
});

test('what JSON can say is printed as it was parsed', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(JSON.parse(printExact(parseExact(text)))).toEqual(JSON.parse(text));
    }),
  );
});

test('what is no JSON gives nothing', () => {
  expect(parseExact('<html>not-a-secret-7f3a91c2d4e8')).toBeUndefined();
  expect(parseExact('')).toBeUndefined();
  expect(isObject(parseExact('12'))).toBe(false);
});

const fields = parseExact(
  '{"text":"line 1\\nline 2","pin":12345678901234567890,"on":true,"none":null,"empty":"","a":{"b":{"c":"deep"}},"a/b":"flat","__proto__":"own"}',
) as Record<string, unknown>;

test.each([
  [['text'], 'line 1\nline 2'],
  [['pin'], '12345678901234567890'],
  [['on'], 'true'],
  [['empty'], ''],
  [['a', 'b', 'c'], 'deep'],
  [['a', 'b'], '{"c":"deep"}'],
  [['a/b'], 'flat'],
  [['__proto__'], 'own'],
])('the field %p', (steps, expected) => {
  expect(fieldOf(fields, steps, 'it').toString()).toBe(expected);
});

test('without a field the whole secret is one JSON object', () => {
  expect(JSON.parse(fieldOf(fields, undefined, 'it').toString())).toMatchObject({ text: 'line 1\nline 2', on: true });
});

test.each([[['none']], [['other']], [['toString']], [['text', 'x']], [['a', 'x']], [['TEXT']]])(
  'a field that is not there is told without the names of those that are: %p',
  (steps) => {
    expect(() => fieldOf(fields, steps, 'secret/app in Vault')).toThrow(
      expect.objectContaining({
        code: 'SECRET_MISSING',
        message: `secret/app in Vault has no field ${steps.join('/')}`,
        hint: expect.not.stringMatching(/empty|none/),
      }),
    );
  },
);
