import { expect, test } from '@jest/globals';
import { mainHelp } from '../../../src/cli/help.ts';
import { main } from '../../../src/cli/main.ts';
import { renderInternal } from '../../../src/cli/render.ts';
import { exitCodeOf } from '../../../src/errors.ts';
import { keptIo } from './io.ts';

async function run(...argv: string[]) {
  const { io, stdout, stderr } = keptIo(argv);
  const exitCode = await main(io);
  return { exitCode, stdout: stdout(), stderr: stderr() };
}

test.each([['version'], ['--version'], ['-v']])('safebuild %s says its version', async (word) => {
  expect(await run(word)).toEqual({
    exitCode: 0,
    stdout: expect.stringMatching(/^safebuild \d+\.\d+\.\d+\S*\n$/),
    stderr: '',
  });
});

test.each([
  [[], 'safebuild verify IMAGE'],
  [['help'], 'safebuild verify IMAGE'],
  [['--help'], 'Exit codes:'],
  [['-h'], 'Exit codes:'],
  [['help', 'build'], '--multi-stage'],
  [['build', '--help'], '--multi-stage'],
  [['build', '-h'], 'All flags of docker build'],
  [['.', '-qh'], 'All flags of docker build'],
  [['verify', '--help'], 'an OCI layout, a folder of files'],
  [['help', 'verify'], 'an OCI layout, a folder of files'],
  [['check', '--help'], '--diff-base COMMIT'],
  [['help', 'check'], '--diff-base COMMIT'],
  [['explain', '--help'], 'Prints the page of a rule'],
  [['help', 'explain'], 'Prints the page of a rule'],
])('%j is help', async (argv, words) => {
  expect(await run(...argv)).toEqual({ exitCode: 0, stdout: expect.stringContaining(words), stderr: '' });
});

test('verify tells its own exit codes: it builds, loads and pushes nothing', async () => {
  const { stdout } = await run('verify', '--help');
  for (const code of [0, 1, 2, 3, 5, 6, 130]) expect(stdout).toMatch(new RegExp(`(^|\\s)${code}  \\S`, 'm'));
  expect(stdout).not.toMatch(/pushed|needs a person/);
});

test('every exit code of ours is in the help', () => {
  for (const code of ['USAGE', 'SECRET_MISSING', 'NEEDS_PERSON', 'LEAK', 'SCAN_INCOMPLETE', 'INTERRUPTED'] as const) {
    expect(mainHelp).toMatch(new RegExp(`(^|\\s)${exitCodeOf(code)}  \\S`, 'm'));
  }
});

test.each([
  [['--env-file'], '--env-file needs a value'],
  [['.', '--env-file='], '--env-file needs a value'],
  [['.', '--config', ''], '--config needs a value'],
  [['.', '--multi-stage=perhaps'], '--multi-stage takes'],
  [['.', '--json=perhaps'], '--json is either'],
  [['.', '--json', '-o', '-'], '--json and an output to standard output'],
  [['.', '--json', '-o', 'type=tar,dest=-'], '--json and an output to standard output'],
  [['.', '--json', '-o', 'type=oci'], '--json and an output to standard output'],
  [['verify'], 'verify takes exactly one'],
  [['verify', 'a', 'b'], 'verify takes exactly one'],
  [['--json', 'verify', 'a', 'b'], 'verify takes exactly one'],
  [['--pull', 'verify', 'a'], 'verify does not know --pull'],
  [['verify', '--tag', 'x', 'a'], 'verify does not know --tag'],
  [['verify', '--frobnicate', 'a'], 'verify does not know --frobnicate'],
  [['check', '--frobnicate', '.'], 'check does not know --frobnicate'],
  [['check', '-zx'], 'check does not know -z'],
  [['check', '--format'], '--format needs a value'],
  [['check', '--format=xml'], '--format takes text, json, sarif, github'],
  [['check', '--json', '--format=sarif'], '--format takes'],
  [['check', '--diff=main'], '--diff is either true or false'],
  [['explain', 'a', 'b'], 'explain takes one rule'],
  [['explain', '--all'], 'explain takes one rule'],
])('%j ends with exit code 2 and says why', async (argv, words) => {
  expect(await run(...argv)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(words) });
});

test.each([
  [['--json', '--env-file'], true],
  [['--json=true', '--env-file'], true],
  [['--json', '--json=false', '--env-file'], false],
  [['--env-file'], false],
])('the error of %j is an object: %j', async (argv, json) => {
  const { stdout } = await run(...argv);
  if (!json) return expect(stdout).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    schemaVersion: 1,
    verdict: 'error',
    exitCode: 2,
    error: { code: 'USAGE', message: '--env-file needs a value.', hint: 'Write --env-file PATH.' },
  });
});

test('a word that is no command is the context', async () => {
  expect(await run('./build')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('docker command line client'),
  });
});

test('an error of ours that nobody foresaw tells where, and not what it choked on', async () => {
  const { io, stdout, stderr } = keptIo([]);
  await renderInternal(new TypeError('not-a-secret-7f3a91c2d4e8 is not iterable'), true, io);
  expect(stderr()).toMatch(/internal error \(TypeError\).*\n\s+at /);
  expect(stderr() + stdout()).not.toContain('not-a-secret');
  expect(JSON.parse(stdout())).toMatchObject({ verdict: 'error', exitCode: 1, error: { code: 'INTERNAL' } });
});

test('a line of the message that looks like a place is not told either', async () => {
  const { io, stderr } = keptIo([]);
  await renderInternal(new TypeError('bad\n    at not-a-secret-7f3a91c2d4e8 (x:1:1)\n'), false, io);
  expect(stderr()).toMatch(/\n\s+at /);
  expect(stderr()).not.toContain('not-a-secret');
});

test('what the system refuses is told in its own words, and nothing else of the error', async () => {
  const { io, stderr } = keptIo([]);
  const path = '/tmp/not-a-secret-7f3a91c2d4e8';
  const full = Object.assign(new Error(`ENOSPC, write '${path}'`), { errno: -28, code: 'ENOSPC', path });
  await renderInternal(full, false, io);
  expect(stderr()).toContain('the system refused an operation: no space left on device (ENOSPC).');
  expect(stderr()).not.toContain('7f3a91c2d4e8');
});

test.each([
  [['verfy', 'app:1'], 'safebuild verify'],
  [['migrat'], 'safebuild migrate'],
  [['biuld', '.'], 'safebuild build'],
])('%j is a slip, not a context: docker is not asked', async (argv, near) => {
  const { exitCode, stderr } = await run(...argv);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`Did you mean ${near}?`);
});

test('help of what is no command is a usage error', async () => {
  expect(await run('help', 'nope')).toMatchObject({ exitCode: 2, stdout: '' });
  expect((await run('help', 'verfy')).stderr).toContain('Did you mean safebuild help verify?');
});
