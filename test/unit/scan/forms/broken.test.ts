import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { needlesOf } from '../../../../src/scan/forms/index.ts';
import { formsFound, searchFor } from './search.ts';

const fake = 'not-a-secret-7f3a91c2d4e8';
/** Looks drawn at random and is not: the digest of a sentence. */
const drawn = createHash('sha256').update('not a secret: broken').digest('base64url');

/** As scripts, C, YAML and quoted-printable break a line that is too long. */
const breaks = ['\\\n', '\\\r\n', '\\\n    ', '=\r\n', '=\n'];

test.each([fake, drawn, 'sixteen-letters1', 'correcthorsebatterystaple', 'eight-88', 'fifteen-letters'])(
  '%s is found wherever its line is broken',
  (value) => {
    const found = searchFor(value);
    const all =
      value === 'correcthorsebatterystaple' || value.length < 16 ? breaks.filter((one) => !one.endsWith(' ')) : breaks;
    for (const lineBreak of all) {
      for (let at = 1; at < value.length; at += 1) {
        const text = `-H "X: ${value.slice(0, at)}${lineBreak}${value.slice(at)}"`;
        expect([lineBreak, at, found(text)]).toEqual([lineBreak, at, expect.arrayContaining(['raw'])]);
      }
    }
  },
);

test('a long value is found behind a plain line end, indented, and over three lines', () => {
  const third = Math.ceil(drawn.length / 3) + 2;
  const lines = [drawn.slice(0, third), drawn.slice(third, 2 * third), drawn.slice(2 * third)];
  for (const lineBreak of ['\n', '\r\n', '\n      ', '\\n', '=\r\n', '\\\n'])
    expect(formsFound(drawn, `x: ${lines.join(lineBreak)}\n`)).toEqual(['raw']);
});

test('what a writer escapes and breaks is found', () => {
  const value = 'not"a$secret=7f3a91c2d4e8';
  expect(formsFound(value, 'x: "not\\"a$secret\\\n    =7f3a91c2d4e8"')).not.toEqual([]);
  expect(formsFound(value, 'x="not\\"a\\$sec\\\nret=7f3a91c2d4e8"')).toEqual(['shell']);
  expect(formsFound(value, 'not"a$secret=3D7f3a=\r\n91c2d4e8')).toEqual(['quoted-printable']);
});

test('a value of several words is found where YAML folds it at a blank', () => {
  const value = 'not a secret 7f3a';
  for (const folded of ['not a\n  secret 7f3a', 'not\r\n    a secret 7f3a', '"not a\\\n  \\ secret 7f3a"'])
    expect(formsFound(value, `x: ${folded}\n`)).toContain('rewrapped');
});

test('a value is found behind a backslash, whatever letter it begins with', () => {
  for (const first of ['n', 'r', 't'])
    expect(formsFound(`${first}ot-a-secret-7f3a91c2`, `C:\\${first}ot-a-secret-7f3a91c2\\x`)).toEqual(['raw']);
});

test('words between which a text has blanks are not the value that they make together', () => {
  expect(formsFound('correcthorsebatterystaple', 'correct horse battery staple')).toEqual([]);
  expect(formsFound('correcthorsebatterystaple', 'correct\nhorse\nbattery\nstaple')).toEqual([]);
  expect(formsFound(fake, `${fake.slice(0, 12)}\n# ${fake.slice(12)}`)).toEqual([]);
  expect(formsFound('eight-88', 'eight\n-88')).toEqual([]);
});

test('the break costs a long value no needles', () => {
  const plain = needlesOf(Buffer.from(drawn)).needles.filter(({ form }) => form === 'raw');
  expect(plain).toEqual([expect.objectContaining({ anchor: 0, span: drawn.length })]);
});
