// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of Dockerfiles
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDockerfile } from '../../../src/dockerfile/index.ts';
import { SafebuildError } from '../../../src/errors.ts';
import { refused, valid } from './corpus.ts';

function outline(source: string) {
  return parseDockerfile(source).instructions.map(({ line, endLine, keyword, text }) => [line, endLine, keyword, text]);
}

test.each(Object.entries(valid))('accepts: %s', (_name, source) => {
  expect(parseDockerfile(source).instructions.length).toBeGreaterThan(0);
});

test.each(Object.entries(refused))('refuses: %s', (_name, { source, line }) => {
  expect(() => parseDockerfile(source)).toThrow(
    expect.objectContaining({ code: 'DOCKERFILE_INVALID', message: expect.stringContaining(`line ${line}:`) }),
  );
});

test('a message never quotes the line: it may be a secret behind a lost continuation', () => {
  const secret = 'not-a-secret-7f3a91c2d4e8';
  for (const source of [
    `FROM scratch\nENV A=1\n  ${secret}\n`,
    `FROM scratch\nENV A=1 ${secret}\n`,
    `FROM ${secret} x\n`,
  ]) {
    expect(() => parseDockerfile(source)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('not-a-secret') }),
    );
  }
});

test.each(Object.entries(valid))('every unit of the logical text lies where its offset says: %s', (_name, source) => {
  for (const { text, textOffsets } of parseDockerfile(source).instructions) {
    expect(textOffsets).toHaveLength(text.length + 1);
    expect(Array.from({ length: text.length }, (_, at) => source[textOffsets[at]!]).join('')).toBe(text);
  }
});

test.each(Object.entries(valid))(
  'the lines of the instructions and what lies between them join to the source: %s',
  (_name, source) => {
    let end = 0;
    let joined = '';
    for (const { lineRange, range, keyword } of parseDockerfile(source).instructions) {
      expect(lineRange.start).toBeGreaterThanOrEqual(end);
      expect(source.slice(range.start, range.start + keyword.length).toUpperCase()).toBe(keyword);
      joined += source.slice(end, lineRange.start) + source.slice(lineRange.start, lineRange.end);
      end = lineRange.end;
    }
    expect(joined + source.slice(end)).toBe(source);
  },
);

test('comments and blank lines inside a continuation are no part of the text', () => {
  expect(outline(valid['continuation with comments and blanks']!)[1]).toEqual([2, 8, 'RUN', 'a &&   b   && c']);
});

test('a doubled escape ends the line', () => {
  expect(outline(valid['escaped escape ends the line']!)).toEqual([
    [1, 1, 'FROM', 'scratch'],
    [2, 2, 'RUN', 'echo a\\\\'],
    [3, 3, 'ENV', 'A=1'],
  ]);
});

test('the escape directive changes what continues a line, also behind blanks, but not behind another line', () => {
  expect(outline(valid['indented escape directive']!)).toHaveLength(2);
  expect(parseDockerfile(valid['directive behind a comment']!).escape).toBe('\\');
  expect(parseDockerfile(valid['escape directive']!).directives).toEqual([
    { name: 'escape', value: '`', range: { start: 0, end: 10 }, line: 1 },
  ]);
});

test('heredoc bodies are no instructions, and an instruction ends with their terminator', () => {
  const { instructions } = parseDockerfile(valid['two heredocs']!);
  expect(instructions.map(({ keyword, line, endLine }) => [keyword, line, endLine])).toEqual([
    ['FROM', 1, 1],
    ['RUN', 2, 6],
    ['ENV', 7, 7],
  ]);
  expect(instructions[1]!.heredocs.map(({ name, expand, chomp, body }) => ({ name, expand, chomp, body }))).toEqual([
    { name: 'A', expand: true, chomp: false, body: 'one\n' },
    { name: 'B C', expand: false, chomp: true, body: '\ttwo\n' },
  ]);
});

test.each([
  'heredoc in quotes is none',
  'heredoc behind an open quote is none',
  'here string is none',
  'heredoc without a name is none',
])('%s: the next instruction is seen', (name) => {
  expect(outline(valid[name]!).at(-1)).toEqual([3, 3, 'ENV', 'A=1']);
});

test('flags lose their quotes and keep their place', () => {
  const source = valid['quoted flag']!;
  const [flag] = parseDockerfile(source).instructions[1]!.flags;
  expect(flag).toMatchObject({ name: 'mount', value: 'type=secret,id=a b' });
  expect(source.slice(flag!.range.start, flag!.range.end)).toBe('--mount="type=secret,id=a b"');
});

test('a bare double dash ends the flags and is no part of the command', () => {
  const [, run] = parseDockerfile(valid['double dash ends flags']!).instructions;
  expect([run!.flags, run!.text]).toEqual([[], '--foo']);
});

test('what is no JSON array of strings is shell form', () => {
  const runs = parseDockerfile(valid['exec form that is none']!).instructions.slice(1);
  expect(runs.map(({ json }) => json)).toEqual([undefined, undefined]);
  expect(
    parseDockerfile(valid['exec form']!)
      .instructions.slice(1)
      .map(({ json }) => json),
  ).toEqual([['a', 'b "c" A', '$D'], ['x'], []]);
});

test('pairs keep what is written, its plain value and its place', () => {
  const source = valid['env lists']!;
  const pairs = parseDockerfile(source).instructions[1]!.pairs!;
  expect(pairs.map(({ name, raw, value }) => [name, raw, value])).toEqual([
    ['A', '"b c"', 'b c'],
    ['B', "'d e'", 'd e'],
    ['C', 'f\\ g', 'f g'],
    ['D', '', ''],
    ['E', '"x\\"y"', 'x"y'],
  ]);
  expect(pairs.map(({ range }) => source.slice(range.start, range.end))).toContain('C=f\\ g');
});

test('the old ENV form is one pair with all of the rest as its value', () => {
  const pairs = parseDockerfile(valid['env old form']!).instructions[1]!.pairs!;
  expect(pairs.map(({ name, raw, value }) => [name, raw, value])).toEqual([['A', 'b c=d "e"', 'b c=d e']]);
});

test('an ARG without a value has none', () => {
  const [, , inStage] = parseDockerfile(valid['arg lists']!).instructions;
  expect(inStage!.pairs!.map(({ name, raw }) => [name, raw])).toEqual([
    ['A', undefined],
    ['B', '2'],
    ['C', '"x y"'],
    ['D', '${A:-z}'],
  ]);
});

test('ONBUILD holds the instruction behind it', () => {
  const onbuilds = parseDockerfile(valid.onbuild!).instructions.slice(1);
  expect(onbuilds[0]!.onbuild).toMatchObject({ keyword: 'ENV', text: 'A=1 B=2', line: 2 });
  expect(onbuilds[1]!.onbuild!.json).toEqual(['a', 'b']);
  expect(onbuilds[2]!.onbuild!.flags).toMatchObject([{ name: 'mount', value: 'type=cache,target=/c' }]);
});

test.each([
  ['an ONBUILD behind another', `FROM a\n${'ONBUILD '.repeat(3000)}RUN x\n`],
  ['a heredoc behind what is nested too deeply to be read', `FROM a\nRUN ${'${A:-'.repeat(3000)} <<EOF\nx\nEOF\n`],
])('refused without a crash: %s', (_, text) => {
  expect(() => parseDockerfile(text)).toThrow(expect.objectContaining({ code: 'DOCKERFILE_INVALID' }));
});

test('an exec form may have a hundred thousand strings', () => {
  const strings = Array.from({ length: 100_000 }, (_, index) => `"${index}"`).join(', \\\n');
  expect(parseDockerfile(`FROM a\nCMD [${strings}]\n`).instructions[1]!.json).toHaveLength(100_000);
});

test('the newline of a file is the more frequent one', () => {
  expect(parseDockerfile('FROM scratch\r\nRUN a\r\nRUN b\n').newline).toBe('\r\n');
  expect(parseDockerfile('FROM scratch').newline).toBe('\n');
});

const fragment = fc.constantFrom(
  ...[
    'RUN ',
    'ENV ',
    'COPY ',
    'FROM scratch',
    'A=1',
    ' ',
    '\\',
    '\\\n',
    '\n',
    '\r\n',
    '#',
    '"',
    "'",
    '`',
    '<<E',
    'E\n',
    '$A',
    '["a"]',
    '--x=y ',
  ],
);

test('any text is either read, with offsets that fit, or refused with a known error', () => {
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 25 }), (fragments) => {
      const source = `FROM scratch\n${fragments.join('')}`;
      try {
        for (const { text, textOffsets } of parseDockerfile(source).instructions) {
          expect(
            textOffsets
              .slice(0, -1)
              .map((offset) => source[offset])
              .join(''),
          ).toBe(text);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(SafebuildError);
      }
    }),
    { numRuns: 500 },
  );
});
