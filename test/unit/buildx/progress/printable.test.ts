import { expect, test } from '@jest/globals';
import { clipToColumns, columnsOf, printableLine } from '../../../../src/buildx/progress/printable.ts';

test.each([
  ['plain', 'plain'],
  ['\u001b[31mred\u001b[0m', 'red'],
  ['10%\r20%\r', '20%'],
  ['a\tb', 'a b'],
  ['\u001b]0;title\u0007x', 'x'],
  ['bell\u0007 back\u0008', 'bell back'],
  ['\u202egnp.exe', 'gnp.exe'],
  ['\r', ''],
])('%j shows %j', (text, shown) => {
  expect(printableLine(text)).toBe(shown);
});

test.each([
  ['abc', 3],
  ['漢字', 4],
  ['한국', 4],
  ['e\u0301', 1],
  ['✅', 2],
  ['👩‍👩‍👧‍👦', 2],
  ['ｗｉｄｅ', 8],
  ['→', 1],
])('%j takes %i columns', (text, columns) => {
  expect(columnsOf(text)).toBe(columns);
});

test('a character that would not fit whole is left out', () => {
  expect(clipToColumns('漢字', 3)).toBe('漢');
  expect(clipToColumns('ab', 3)).toBe('ab');
  expect(clipToColumns('abcd', 3)).toBe('abc');
  expect(clipToColumns('abcd', -1)).toBe('');
});
