// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of Dockerfiles
import { expect, test } from '@jest/globals';
import { expandWord, unquote, variablesIn } from '../../../src/dockerfile/index.ts';

const values: Readonly<Record<string, string>> = { A: 'a.b.c', EMPTY: '', PATH: '/usr/bin:/bin', B: 'x' };
const lookup = (name: string) => values[name];

test.each([
  ['$A', 'a.b.c'],
  ['${A}x', 'a.b.cx'],
  ['$Ax', ''],
  ['$NONE-y', '-y'],
  ['${NONE:-d}', 'd'],
  ['${EMPTY:-d}', 'd'],
  ['${EMPTY-d}', ''],
  ['${A:-d}', 'a.b.c'],
  ['${NONE:-${B}y}', 'xy'],
  ['${NONE:-"d e"}', 'd e'],
  ['${A:+y}', 'y'],
  ['${EMPTY:+y}', ''],
  ['${EMPTY+y}', 'y'],
  ['${A:?no}', 'a.b.c'],
  ['${A#*.}', 'b.c'],
  ['${A##*.}', 'c'],
  ['${A%.*}', 'a.b'],
  ['${A%%.*}', 'a'],
  ['${A#x}', 'a.b.c'],
  ['${A#?}', '.b.c'],
  ['${A/./-}', 'a-b.c'],
  ['${A//./-}', 'a-b-c'],
  ['${PATH/:*/}', '/usr/bin'],
  ['${PATH/\\/usr/x}', 'x/bin:/bin'],
  ["'$A'", '$A'],
  ['"$A"', 'a.b.c'],
  ['\\$A', '$A'],
  ['"\\$A"', '$A'],
  ['"a\\b"', 'a\\b'],
  ['a\\b', 'ab'],
  ['$', '$'],
  ['$$', ''],
  ['"it\'s $B"', "it's x"],
])('%s expands to %s', (word, expected) => {
  expect(expandWord(word, lookup)).toBe(expected);
});

test('the escape directive changes what escapes', () => {
  expect(expandWord('`$A C:\\$B', lookup, '`')).toBe('$A C:\\x');
});

test.each(['"$A', "'a", '${A', '${}', '${:x}', '${A^}', '${NONE:?}', '${NONE?x}', '${EMPTY:?x}', '${A/x}'])(
  'BuildKit refuses %s',
  (word) => {
    expect(() => expandWord(word, lookup)).toThrow(expect.objectContaining({ code: 'DOCKERFILE_INVALID' }));
  },
);

test('a message of ${X:?…} is not shown: it may quote a value', () => {
  expect(() => expandWord('${NONE:?not-a-secret-7f3a}', lookup)).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('not-a-secret') }),
  );
});

test('quotes and escapes go, variables stay', () => {
  expect(unquote('"a $B"\\ \'$c\'${D:-"e"}')).toBe('a $B $c${D:-e}');
  expect(unquote('"open')).toBe('"open');
});

test('variables are found with operator, quotes and place, those in operands too', () => {
  const text = 'x$A "${B:-$C}" \'$NO\' \\$NO ${D##*}';
  const found = variablesIn(text).map(({ name, operator, quoted, range }) => [
    name,
    operator,
    quoted,
    text.slice(range.start, range.end),
  ]);
  expect(found).toEqual([
    ['A', undefined, false, '$A'],
    ['B', ':-', true, '${B:-$C}'],
    ['C', undefined, false, '$C'],
    ['D', '##', false, '${D##*}'],
  ]);
});

test.each(['"$A', '${A', "'$A", '${A^} ', '${B:-$A'])(
  'a variable in a word that BuildKit refuses is not lost: %s',
  (text) => {
    expect(variablesIn(text).map(({ name }) => name)).toContain('A');
  },
);

test('what is nested deeper than anybody writes is refused, and its variables are told', () => {
  const deep = `${'${NONE:-'.repeat(3000)}$A${'}'.repeat(3000)}`;
  expect(() => expandWord(deep, lookup)).toThrow(expect.objectContaining({ code: 'DOCKERFILE_INVALID' }));
  expect(unquote(deep)).toBe(deep);
  expect(variablesIn(deep).map(({ name }) => name)).toContain('A');
});
