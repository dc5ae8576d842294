import { expect, test } from '@jest/globals';
import { subcommandBehindFlags } from '../../../src/cli/subcommand.ts';

test.each([
  ['--json verify app', 'verify', '--json app'],
  ['--env-file .env.ci verify app --config x.yaml', 'verify', '--env-file .env.ci app --config x.yaml'],
  ['-q verify app', 'verify', '-q app'],
  ['--json build .', 'build', '--json .'],
  ['--json check app', 'check', '--json app'],
  ['-t app b .', 'build', '-t app .'],
  ['--pull build . too many', 'build', '--pull . too many'],
])('%s is the command %s with %s', (line, command, rest) => {
  expect(subcommandBehindFlags(line.split(' '))).toEqual({ command, rest: rest.split(' ') });
});

test.each([
  '-t app build',
  '-q verify',
  '--tag verify .',
  '. verify',
  '. -q',
  '-- verify app',
  '--frobnicate verify app',
])('%s is a build, as with docker', (line) => {
  expect(subcommandBehindFlags(line.split(' '))).toBeUndefined();
});
