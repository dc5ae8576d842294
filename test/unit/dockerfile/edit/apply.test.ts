import { expect, test } from '@jest/globals';
import { applyChanges, parseDockerfile } from '../../../../src/dockerfile/index.ts';
import type { Change } from '../../../../src/finding.ts';

const source = 'FROM scratch\nCOPY .env \\\n  .npmrc /app/\n\n\nRUN x\n';

function apply(changes: readonly Change[], keepLines = false, text = source) {
  return applyChanges(parseDockerfile(text), changes, { secretEnv: true, keepLines });
}

function replace(what: string, text: string): Change {
  const start = source.indexOf(what);
  return { kind: 'replace', range: { start, end: start + what.length }, text };
}

test('an instruction goes with its lines, or leaves as many blank ones', () => {
  const remove: Change = { kind: 'remove-instruction', instruction: 1 };
  expect(apply([remove]).text).toBe('FROM scratch\n\n\nRUN x\n');
  expect(apply([remove], true).text).toBe('FROM scratch\n\n\n\n\nRUN x\n');
});

test('lines are inserted behind an instruction', () => {
  const insert: Change = { kind: 'insert-after', instruction: 1, lines: ['ENV A=1', 'ENV B=2'] };
  expect(apply([insert]).text).toBe('FROM scratch\nCOPY .env \\\n  .npmrc /app/\nENV A=1\nENV B=2\n\n\nRUN x\n');
});

test('in a build, inserted lines take the place of blank ones and of what goes', () => {
  const insert: Change = { kind: 'insert-after', instruction: 1, lines: ['ENV A=1', 'ENV B=2', 'ENV C=3'] };
  const remove: Change = { kind: 'remove-instruction', instruction: 1 };
  const { text } = apply([insert, remove], true);
  expect(text).toBe('FROM scratch\nENV A=1\nENV B=2\nENV C=3\n\nRUN x\n');
  expect(parseDockerfile(text).instructions.at(-1)!.line).toBe(6);
});

test('lines are inserted behind the last line of a file without a final newline', () => {
  const insert: Change = { kind: 'insert-after', instruction: 0, lines: ['ENV A=1'] };
  expect(apply([insert], false, 'FROM scratch').text).toBe('FROM scratch\nENV A=1');
});

test('what is put into a string of the JSON form is escaped as JSON', () => {
  const text = 'FROM scratch\nRUN ["sh", "-c", "a"]\n';
  const start = text.indexOf('"a"') + 2;
  const change: Change = { kind: 'replace', range: { start, end: start }, text: ' "$B" \\\n' };
  const applied = apply([change], false, text);
  expect(applied.text).toBe('FROM scratch\nRUN ["sh", "-c", "a \\"$B\\" \\\\\\n"]\n');
  expect(parseDockerfile(applied.text).instructions[1]!.json).toEqual(['sh', '-c', 'a "$B" \\\n']);
});

test('a replacement keeps the lines in a build', () => {
  const change = replace('.env \\\n  .npmrc', '.npmrc');
  expect(apply([change]).text).toBe('FROM scratch\nCOPY .npmrc /app/\n\n\nRUN x\n');
  expect(apply([change], true).text).toBe('FROM scratch\nCOPY .npmrc /app/\n\n\n\nRUN x\n');
});

test('the same replacement twice is one; two that overlap are a problem, and the first is made', () => {
  const first = replace('.env', '.env.example');
  const { text, problems } = apply([first, first, replace('.env \\', 'x \\')]);
  expect(text).toBe(source.replace('.env', '.env.example'));
  expect(problems).toEqual([{ instruction: 1, message: expect.stringContaining('exclude each other') }]);
});

test('other changes of an instruction that goes are moot', () => {
  const changes: Change[] = [
    replace('.env', 'x'),
    { kind: 'remove-instruction', instruction: 1 },
    { kind: 'remove-instruction', instruction: 1 },
    { kind: 'remove-instruction', instruction: 2 },
    { kind: 'mount', instruction: 2, mount: { id: 'TOKEN', secret: 'TOKEN', env: 'TOKEN' } },
  ];
  expect(apply(changes)).toEqual({ text: 'FROM scratch\n\n\n', problems: [] });
});

test('a comment that comes to the top does not turn into a directive', () => {
  const text = 'ARG A\n# escape=`\nFROM scratch\n';
  const result = apply([{ kind: 'remove-instruction', instruction: 0 }], false, text).text;
  expect(parseDockerfile(result).escape).toBe('\\');
});

test('changes that would break the file are a problem, and none is made', () => {
  const { text, problems } = apply([replace('COPY', 'COPPY')]);
  expect(text).toBe(source);
  expect(problems).toEqual([{ message: expect.stringContaining('break the file') }]);
});

test.each<[string, Change, string]>([
  ['a FROM', { kind: 'remove-instruction', instruction: 0 }, 'a FROM cannot be removed'],
  ['nothing', { kind: 'remove-instruction', instruction: 9 }, 'no such instruction'],
])('what cannot be removed is a problem: %s', (_name, change, message) => {
  expect(apply([change])).toEqual({ text: source, problems: [expect.objectContaining({ message })] });
});

test('an instruction becomes a RUN with its secrets; an older frontend reads them from files', () => {
  const changes: Change[] = [
    { kind: 'run', instruction: 1, command: 'wget -O a "$TOKEN"' },
    { kind: 'mount', instruction: 1, mount: { id: 'TOKEN', secret: 'TOKEN', env: 'TOKEN' } },
  ];
  expect(apply(changes, true).text).toBe(
    'FROM scratch\nRUN --mount=type=secret,id=TOKEN,env=TOKEN,required=true wget -O a "$TOKEN"\n\n\n\nRUN x\n',
  );
  const { text } = applyChanges(parseDockerfile(source), changes, { secretEnv: false, keepLines: true });
  expect(text).toContain('RUN --mount=type=secret,id=TOKEN,required=true,mode=0444 TOKEN="$(cat /run/secrets/TOKEN)"');
  expect(text).toContain(' && export TOKEN || exit 1; wget -O a "$TOKEN"\n');
});

test('a RUN sees a file of another stage', () => {
  const bind: Change = { kind: 'bind', instruction: 2, from: 'private', path: '/a b' };
  expect(apply([bind, bind]).text).toContain("RUN --mount='type=bind,from=private,source=/a b,target=/a b' x\n");
});

test('RUNs become one, each command on its own line', () => {
  const text = 'FROM scratch\nRUN a\n\n# why\nRUN b \\\n  c\r\nRUN d\n';
  const joins: Change[] = [
    { kind: 'join', instruction: 2, to: 1 },
    { kind: 'join', instruction: 3, to: 1 },
  ];
  expect(apply(joins, false, text)).toEqual({
    text: 'FROM scratch\nRUN a && \\\n# why\n    b \\\n  c && \\\n    d\n',
    problems: [],
  });
  const kept = apply([...joins, { kind: 'remove-instruction', instruction: 3 }], true, text).text;
  expect(kept).toBe('FROM scratch\nRUN a && \\\n#\n# why\n    b \\\n  c\r\n');
});

test.each([
  ['with something between them', 'FROM scratch\nRUN a\nENV A=b\nRUN b\n'],
  ['with flags of the second', 'FROM scratch\nRUN a\nRUN --network=none b\n'],
  ['in exec form', 'FROM scratch\nRUN ["a"]\nRUN b\n'],
])('RUNs do not become one: %s', (_name, text) => {
  const last = parseDockerfile(text).instructions.length - 1;
  const result = apply([{ kind: 'join', instruction: last, to: 1 }], false, text);
  expect(result).toEqual({ text, problems: [{ instruction: 1, message: 'these RUNs cannot be made one' }] });
});
