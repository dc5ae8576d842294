import { expect, test } from '@jest/globals';
import { parse } from 'dotenv';
import fc from 'fast-check';
import { readAssignments } from '../../../../src/secrets/sources/assignments.ts';

test.each([
  ['plain', 'A=b', [{ name: 'A', value: 'b', line: 1 }]],
  ['export', 'export A=b', [{ name: 'A', value: 'b', line: 1 }]],
  ['single quotes keep backslashes and dollars', "A='b\\n$C'", [{ name: 'A', value: 'b\\n$C', line: 1 }]],
  ['double quotes turn \\n into a newline', 'A="b\\nc"', [{ name: 'A', value: 'b\nc', line: 1 }]],
  ['backquotes', 'A=`b"c\'d`', [{ name: 'A', value: 'b"c\'d', line: 1 }]],
  [
    'a # inside quotes is text, outside a comment',
    'A="b#c" # d\nB=e#f',
    [
      { name: 'A', value: 'b#c', line: 1 },
      { name: 'B', value: 'e', line: 2 },
    ],
  ],
  [
    'CRLF and lone CR',
    'A=b\r\nB=c\rC=d',
    [
      { name: 'A', value: 'b', line: 1 },
      { name: 'B', value: 'c', line: 2 },
      { name: 'C', value: 'd', line: 3 },
    ],
  ],
  ['a byte order mark', '\uFEFFA=b', [{ name: 'A', value: 'b', line: 1 }]],
  [
    'nothing is expanded or run',
    'A=$(touch f)\nB=$A\nC=pa$$word$1',
    [
      { name: 'A', value: '$(touch f)', line: 1 },
      { name: 'B', value: '$A', line: 2 },
      { name: 'C', value: 'pa$$word$1', line: 3 },
    ],
  ],
  [
    'an overridden value is not lost',
    'A=first\nA=second',
    [
      { name: 'A', value: 'first', line: 1 },
      { name: 'A', value: 'second', line: 2 },
    ],
  ],
  [
    'an empty value',
    'A=\nB=""',
    [
      { name: 'A', value: '', line: 1 },
      { name: 'B', value: '', line: 2 },
    ],
  ],
  [
    'a key of several lines',
    '# key\n\nKEY="-----BEGIN X-----\nabc\n-----END X-----"\nB=c',
    [
      { name: 'KEY', value: '-----BEGIN X-----\nabc\n-----END X-----', line: 3 },
      { name: 'B', value: 'c', line: 7 - 1 },
    ],
  ],
  ['colon form', 'A: b', [{ name: 'A', value: 'b', line: 1 }]],
])('%s', (_title, text, expected) => {
  expect(readAssignments(text).assignments).toEqual(expected);
});

test('lines that are no assignment are named', () => {
  expect(readAssignments('A=b\n"C"=d\n\n# note\njust words\nE=f').ignoredLines).toEqual([2, 5]);
});

test('the last value of every name is what dotenv says, for any text', () => {
  const piece = fc.constantFrom(
    'A',
    'B_1',
    'export ',
    '=',
    ': ',
    '"',
    "'",
    '`',
    '\\',
    '\n',
    '\r\n',
    ' ',
    '#',
    '$X',
    'v',
    '\uFEFF',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
      const text = pieces.join('');
      const last = Object.fromEntries(readAssignments(text).assignments.map(({ name, value }) => [name, value]));
      expect(last).toEqual(parse(text.replace(/^\uFEFF/, '')));
    }),
    { numRuns: 500 },
  );
});
