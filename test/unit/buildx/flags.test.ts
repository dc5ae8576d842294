import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dockerBuildFlags, flagsFromHelp, parseArguments, shorthands } from '../../../src/buildx/flags.ts';

function parsed(...argv: string[]): (readonly [string, string?])[] {
  return parseArguments(argv, dockerBuildFlags).map((arg) => {
    if (arg.kind === 'end') return ['--'];
    if (arg.kind === 'positional') return ['.', arg.value];
    return arg.value === undefined ? [arg.name] : [arg.name, arg.value];
  });
}

// Each line was tried with docker 28.5 and buildx 0.29.
test.each<[argv: string[], read: (readonly [string, string?])[]]>([
  [
    ['-t', 'x', '.'],
    [
      ['tag', 'x'],
      ['.', '.'],
    ],
  ],
  [
    ['-tx', '.'],
    [
      ['tag', 'x'],
      ['.', '.'],
    ],
  ],
  [
    ['-t=x', '.'],
    [
      ['tag', 'x'],
      ['.', '.'],
    ],
  ],
  [
    ['--tag', 'x', '.'],
    [
      ['tag', 'x'],
      ['.', '.'],
    ],
  ],
  [
    ['--tag=x', '.'],
    [
      ['tag', 'x'],
      ['.', '.'],
    ],
  ],
  [
    ['--tag=', '.'],
    [
      ['tag', ''],
      ['.', '.'],
    ],
  ],
  [
    ['--build-arg', 'A=b=c', '.'],
    [
      ['build-arg', 'A=b=c'],
      ['.', '.'],
    ],
  ],
  [
    ['-qt', 'x', '.'],
    [['quiet'], ['tag', 'x'], ['.', '.']],
  ],
  [
    ['-qtx', '.'],
    [['quiet'], ['tag', 'x'], ['.', '.']],
  ],
  [
    ['-qD', '.'],
    [['quiet'], ['debug'], ['.', '.']],
  ],
  [
    ['-Dq=false', '.'],
    [['debug'], ['quiet', 'false'], ['.', '.']],
  ],
  [
    ['-t', '-q', '.'],
    [
      ['tag', '-q'],
      ['.', '.'],
    ],
  ],
  [
    ['-t', '--', '.'],
    [
      ['tag', '--'],
      ['.', '.'],
    ],
  ],
  [
    ['--push=false', '.'],
    [
      ['push', 'false'],
      ['.', '.'],
    ],
  ],
  [
    ['--push', 'false'],
    [['push'], ['.', 'false']],
  ],
  [
    ['.', '-t', 'x'],
    [
      ['.', '.'],
      ['tag', 'x'],
    ],
  ],
  [
    ['-t', 'x', '-t', 'y', '.'],
    [
      ['tag', 'x'],
      ['tag', 'y'],
      ['.', '.'],
    ],
  ],
  [
    ['-', '-t', 'x'],
    [
      ['.', '-'],
      ['tag', 'x'],
    ],
  ],
  [
    ['--', '-t'],
    [['--'], ['.', '-t']],
  ],
  [['--'], [['--']]],
])('docker reads %j as we do', (argv, read) => {
  expect(parsed(...argv)).toEqual(read);
});

test('a flag that lacks its value says so, whatever its spelling', () => {
  for (const word of ['--tag', '-t', '-qt']) {
    expect(parseArguments(['.', word], dockerBuildFlags).at(-1)).toMatchObject({ name: 'tag', incomplete: true });
  }
});

test('flags that nobody knows are kept as they are, in their place', () => {
  const argv = ['--new', '--newer=x', '-t', 'x', '-z=3', '.', '-Z'];
  const args = parseArguments(argv, dockerBuildFlags);
  expect(args.flatMap((arg) => arg.raw)).toEqual(argv);
  expect(args.flatMap((arg) => (arg.kind === 'flag' && !arg.known ? arg.name : []))).toEqual([
    'new',
    'newer',
    'z',
    'Z',
  ]);
});

test('nothing behind an unknown letter is read as a flag of ours', () => {
  // pflag would take `q` as the value of `-z`, or refuse `-z`: in both cases nobody said -q.
  expect(parsed('-zq', '.')).toEqual([['z'], ['.', '.']]);
});

const word = fc.oneof(
  fc.constantFrom('--', '-', '.', '-t', '-tx', '-t=x', '--tag', '--tag=x', '-o', '--push', '--push=false', '-D=0'),
  fc.constantFrom(...dockerBuildFlags.keys()).map((name) => `--${name}`),
  fc.stringMatching(/^--?[a-z]{2,6}(=[ -~]{0,4})?$/).filter((text) => !/^-[a-zD]/.test(text)),
  fc.string({ maxLength: 6 }).filter((text) => !text.startsWith('-')),
);
const letters = fc.stringMatching(/^-[qDhtofxz]{1,4}$/);

test('the raw words of the arguments are the command line', () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), (argv) => {
      expect(parseArguments(argv, dockerBuildFlags).flatMap((arg) => arg.raw)).toEqual(argv);
    }),
  );
});

test('a group of short flags written apart is read as the group was', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(word, letters), { maxLength: 8 }), (argv) => {
      const once = parseArguments(argv, dockerBuildFlags);
      expect(
        parseArguments(
          once.flatMap((arg) => arg.raw),
          dockerBuildFlags,
        ),
      ).toEqual(once);
    }),
  );
});

test.each(['0.13', '0.29'])('every flag in the help of buildx %s is known with its right arity', async (version) => {
  const url = new URL(`../../fixtures/buildx/help-${version}.txt`, import.meta.url);
  const help = flagsFromHelp(await readFile(url, 'utf8'));
  expect(help.size).toBeGreaterThan(25);
  for (const [name, arity] of help) expect([name, dockerBuildFlags.get(name)]).toEqual([name, arity]);
});

test('the help of a newer buildx teaches new flags', () => {
  const help = [
    'Options:',
    '      --future string                 Takes a value, see',
    '                                      --not-a-flag string',
    '  -x, --extra                         Takes none',
    '      --maybe string[="all"]          Takes one behind = only',
    '',
  ].join('\n');
  expect([...flagsFromHelp(help)]).toEqual([
    ['future', 'one'],
    ['extra', 'none'],
    ['maybe', 'none'],
  ]);
  const table = new Map([...dockerBuildFlags, ...flagsFromHelp(help)]);
  expect(parseArguments(['--future', '.', '--maybe', '.'], table)).toMatchObject([
    { name: 'future', value: '.', known: true },
    { name: 'maybe', known: true },
    { kind: 'positional', value: '.' },
  ]);
});

test('every short flag stands for a flag that is known', () => {
  for (const name of Object.values(shorthands)) expect(dockerBuildFlags.has(name)).toBe(true);
});
