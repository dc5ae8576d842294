import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { programWords } from '../../../../src/secrets/providers/program.ts';
import { createRunner } from '../../../../src/secrets/providers/run.ts';

test.each([
  ['exec:get token', ['get', 'token']],
  ['exec: get  "a b" \'c "d\' e"f g"', ['get', 'a b', 'c "d', 'ef g']],
  ['exec:get $(id) `id` $HOME \\n *', ['get', '$(id)', '`id`', '$HOME', '\\n', '*']],
  ['exec:["get", "a b", ""]', ['get', 'a b', '']],
])('%s is %j', (reference, words) => {
  expect(programWords(reference)).toEqual(words);
});

test.each(['exec:', 'exec:"get', 'exec:[]', 'exec:["get", 1]', 'exec:[""]', 'exec:["get"', 'exec:["a\\u0000b"]'])(
  '%s is refused, and not quoted',
  (reference) => {
    expect(() => programWords(reference)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: 'what stands behind exec: is no program with its words',
      }),
    );
  },
);

const run = (signal = new AbortController().signal) =>
  createRunner({ cwd: '/', env: { PATH: '/usr/bin:/bin' }, signal: () => signal });

test('a program gets its words, its input and its variables as they are, and no shell', async () => {
  const script = 'printf "%s|" "$@"; cat; printf "|%s" "$EXTRA"; echo trouble >&2; exit 3';
  const ended = await run()('sh', ['-c', script, 'x', '$(id)', 'a b'], {
    input: Buffer.from('input'),
    env: { EXTRA: 'more' },
  });
  expect({ ...ended, stdout: ended.stdout.toString() }).toEqual({
    exitCode: 3,
    stdout: '$(id)|a b|input|more',
    stderr: 'trouble\n',
  });
});

test('a program that does not end is stopped', async () => {
  const controller = new AbortController();
  const ended = run(controller.signal)('sh', ['-c', 'echo started; exec sleep 60']);
  setTimeout(() => controller.abort(), 100);
  await expect(ended).rejects.toMatchObject({ code: 'SOURCE_FAILED', message: 'sh was stopped before it had ended' });
});

test('a program that left its pipes to another one is not waited for once it is stopped', async () => {
  const controller = new AbortController();
  const ended = run(controller.signal)('sh', ['-c', 'sleep 30 & exit 0']);
  setTimeout(() => controller.abort(), 100);
  await expect(ended).rejects.toMatchObject({ code: 'SOURCE_FAILED' });
});

test.each(['.', '', 'bin:.', ':/usr/bin'])('a PATH of %j finds no program in the project', async (PATH) => {
  const cwd = await mkdtemp(join(tmpdir(), 'safebuild-program-'));
  try {
    await writeFile(join(cwd, 'fetch-it-7f3a'), '#!/bin/sh\necho found\n');
    await chmod(join(cwd, 'fetch-it-7f3a'), 0o700);
    const here = createRunner({ cwd, env: { PATH }, signal: () => new AbortController().signal });
    await expect(here('fetch-it-7f3a', [])).rejects.toMatchObject({ message: 'fetch-it-7f3a was not found' });
    expect((await here('./fetch-it-7f3a', [])).stdout.toString()).toBe('found\n');
  } finally {
    await rm(cwd, { recursive: true });
  }
});

test('a program that never stops printing is stopped', async () => {
  await expect(run()('sh', ['-c', 'exec cat /dev/zero'])).rejects.toMatchObject({
    code: 'SOURCE_FAILED',
    message: 'sh prints more than any value is long',
  });
});
