import { expect, test } from '@jest/globals';
import { applyChanges, parseDockerfile } from '../../../../src/dockerfile/index.ts';

/** Removes pairs of the second instruction. */
function without(source: string, pairs: readonly number[], keepLines = false) {
  const changes = pairs.map((pair) => ({ kind: 'remove-pair' as const, instruction: 1, pair }));
  return applyChanges(parseDockerfile(source), changes, { secretEnv: true, keepLines });
}

const list = 'FROM scratch\nENV A=1 \\\n    # why B\n    B=2 \\\n    C=3\nRUN x\n';

test.each([
  ['in the middle', list, [1], 'ENV A=1 \\\n    # why B\n    C=3\n'],
  ['at the end', list, [2], 'ENV A=1 \\\n    # why B\n    B=2\n'],
  ['at the end, behind a comment', list, [1, 2], 'ENV A=1\n    # why B\n'],
  ['at the start, before a comment', list, [0], 'ENV \\\n    # why B\n    B=2 \\\n    C=3\n'],
  ['at the start', 'FROM scratch\nENV A=1 \\\n    B=2\nRUN x\n', [0], 'ENV B=2\n'],
  ['on one line', 'FROM scratch\nENV A="x y" B=\'z\' C=3\nRUN x\n', [1], 'ENV A="x y" C=3\n'],
  ['at the end of one line', 'FROM scratch\nENV A=1  B=2\nRUN x\n', [1], 'ENV A=1\n'],
  ['over two lines', 'FROM scratch\nENV A="x \\\n y" B=2\nRUN x\n', [0], 'ENV B=2\n'],
  ['between lines without blanks', 'FROM scratch\nENV A=1\\\n B=2 \\\nC=3\nRUN x\n', [1], 'ENV A=1\\\n \\\nC=3\n'],
  ['of an ARG', 'FROM scratch\nARG A B=2 C\nRUN x\n', [0, 2], 'ARG B=2\n'],
  ['of a LABEL', 'FROM scratch\nLABEL "a b"=1 c=2\nRUN x\n', [0], 'LABEL c=2\n'],
  ['behind ONBUILD', 'FROM scratch\nONBUILD ENV A=1 \\\n  B=2\nRUN x\n', [0], 'ONBUILD ENV B=2\n'],
  ['all of them', list, [0, 1, 2], ''],
  ['of the old form', 'FROM scratch\nENV A b c\nRUN x\n', [0], ''],
])('a pair goes: %s', (_name, source, pairs, expected) => {
  expect(without(source, pairs)).toEqual({ text: `FROM scratch\n${expected}RUN x\n`, problems: [] });
});

test.each([
  ['in the middle', [1], 'ENV A=1 \\\n    # why B\n    \\\n    C=3\n'],
  ['at the end', [2], 'ENV A=1 \\\n    # why B\n    B=2\n\n'],
  ['at the start', [0], 'ENV \\\n    # why B\n    B=2 \\\n    C=3\n'],
  ['all but the first', [1, 2], 'ENV A=1\n    # why B\n\n\n'],
  ['all of them', [0, 1, 2], '\n\n\n\n'],
])('a pair goes and every line keeps its number: %s', (_name, pairs, expected) => {
  expect(without(list, pairs, true)).toEqual({ text: `FROM scratch\n${expected}RUN x\n`, problems: [] });
});

test('carriage returns and the escape directive are kept', () => {
  const source = '# escape=`\r\nFROM scratch\r\nENV A=1 `\r\n    B=2\r\nRUN x\r\n';
  expect(without(source, [1]).text).toBe('# escape=`\r\nFROM scratch\r\nENV A=1\r\nRUN x\r\n');
  expect(without(source, [0, 1], true).text).toBe('# escape=`\r\nFROM scratch\r\n\r\n\r\nRUN x\r\n');
});

test('a pair that is not there is a problem', () => {
  expect(without(list, [3])).toEqual({ text: list, problems: [{ instruction: 1, message: 'no such pair' }] });
});
