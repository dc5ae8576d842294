import { expect, test } from '@jest/globals';
import { splitFlags } from '../../../src/cli/own-flags.ts';

function raw(argv: readonly string[]): string[] {
  return splitFlags(argv).docker.flatMap((arg) => [...arg.raw]);
}

test('our own flags are taken out, docker’s stay in their order', () => {
  const argv = ['--env-file', 'a.env', '-t', 'x', '--json', '--env-file=b.env', '.', '--config=c.yaml', '--pull'];
  expect(raw(argv)).toEqual(['-t', 'x', '.', '--pull']);
  expect(splitFlags(argv).own).toMatchObject({ envFiles: ['a.env', 'b.env'], json: true, configPath: 'c.yaml' });
});

test('the value of a docker flag is never taken for a flag of ours', () => {
  const argv = ['-t', '--json', '--build-arg', '--env-file', '--', '--json'];
  expect(raw(argv)).toEqual(argv);
  expect(splitFlags(argv).own).toMatchObject({ envFiles: [], json: false, help: false });
});

test.each([
  ['--multi-stage', 'always'],
  ['--multi-stage=always', 'always'],
  ['--multi-stage=never', 'never'],
  ['--multi-stage=when-needed', 'when-needed'],
] as const)('%s is %s', (flag, mode) => {
  expect(splitFlags([flag, '.']).own.multiStage).toBe(mode);
});

test('--multi-stage does not eat the context', () => {
  expect(raw(['--multi-stage', '.'])).toEqual(['.']);
});

test.each([
  [['--json'], true],
  [['--json=1'], true],
  [['--json=F'], false],
  [['--json', '--json=false'], false],
])('%j: %j', (flags, json) => {
  expect(splitFlags(flags).own.json).toBe(json);
});

test('--secret-from takes an id and a reference, and never quotes what is none', () => {
  const { own } = splitFlags(['--secret-from', 'npm-token=vault://kv/npm#token', '--secret-from=A=env:A', '.']);
  expect(own.secretFrom).toEqual([
    { id: 'npm-token', reference: 'vault://kv/npm#token' },
    { id: 'A', reference: 'env:A' },
  ]);
  for (const wrong of ['not-a-secret-7f3a91c2d4e8', 'A=not-a-secret-7f3a91c2d4e8', 'A=', '=env:A', '']) {
    const thrown = expect(() => splitFlags(['--secret-from', wrong, '.']));
    thrown.toThrow(expect.objectContaining({ code: 'USAGE', message: expect.not.stringContaining('not-a-secret') }));
  }
});
