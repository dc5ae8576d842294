import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { execa } from 'execa';
import { withTempDir } from '../helpers/docker.ts';
import { safebuild } from '../helpers/safebuild.ts';
import { fakeDocker } from './fake-docker.ts';

const program = fileURLToPath(new URL('../../bin/safebuild.js', import.meta.url));
const fake = 'not-a-secret-7f3a91c2d4e8';

/** A project with one secret, and a docker that answers every question and builds nothing. */
async function inProject(action: (cwd: string, env: Record<string, string>) => Promise<void>): Promise<void> {
  await withTempDir(async (cwd) => {
    await writeFile(join(cwd, 'Dockerfile'), 'FROM scratch\nARG TOKEN\nCOPY Dockerfile /\n');
    await writeFile(join(cwd, '.env'), `TOKEN=${fake}\n`);
    const { env } = await fakeDocker(cwd);
    await action(cwd, { HOME: cwd, NO_COLOR: '1', ...env });
  });
}

test('a program that is started as a command leaves no core dump, and neither do its children', () =>
  inProject(async (cwd, env) => {
    await writeFile(join(cwd, 'fake-bin/docker'), '#!/bin/sh\nulimit -c\n');
    await symlink(process.execPath, join(cwd, 'fake-bin/node'));
    await execa('rm', ['.env'], { cwd });
    const ended = await execa(
      '/bin/sh',
      ['-c', 'ulimit -c unlimited 2>/dev/null; ulimit -c; exec "$@"', 'sh', program, '.'],
      {
        cwd,
        env,
        extendEnv: false,
        reject: false,
      },
    );
    expect(ended.stdout.split('\n').at(-1)).toBe('0');
  }));

test('NODE_DEBUG, with which Node would print the variables of children, is refused', () =>
  inProject(async (cwd, env) => {
    const ended = await safebuild(['.'], { cwd, env: { ...env, NODE_DEBUG: 'child_process' } });
    expect(ended).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Unset NODE_DEBUG') });
    expect(ended.stdout + ended.stderr).not.toContain(fake);
  }));

test.each([
  ['--report-on-signal', 'SIGUSR2'],
  ['--heapsnapshot-signal=SIGUSR2', 'SIGUSR2'],
  ['', 'SIGUSR1'],
] as const)('with NODE_OPTIONS=%s, %s writes no file and opens no debugger', (options, signal) =>
  inProject(async (cwd, env) => {
    const started = join(cwd, 'started');
    await writeFile(join(cwd, 'fake-bin/docker'), `#!/bin/sh\n: > '${started}'\nsleep 1\nexit 1\n`);
    await chmod(join(cwd, 'fake-bin/docker'), 0o755);
    const child = spawn(process.execPath, ['--', program, '.'], {
      cwd,
      env: { ...env, PATH: `${env.PATH}:/bin:/usr/bin`, NODE_OPTIONS: options },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let printed = '';
    child.stderr.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    const ended = once(child, 'exit');
    while (!(await exists(started)) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill(signal);
    await ended;
    expect((await readdir(cwd)).filter((name) => /report|heapsnapshot/i.test(name))).toEqual([]);
    expect(printed).not.toContain('Debugger');
  }),
);

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

test('GitHub’s runner is told the values before anything else, on standard error alone', () =>
  inProject(async (cwd, env) => {
    const ended = await safebuild(['-q', '.'], { cwd, env: { ...env, GITHUB_ACTIONS: 'true' } });
    expect(ended.stderr.split('\n')[0]).toBe(`::add-mask::${fake}`);
    expect(ended.stderr.replace(`::add-mask::${fake}`, '')).not.toContain(fake);
    expect(ended.stdout).not.toContain(fake);
    for (const other of [{}, { GITHUB_ACTIONS: 'true', SAFEBUILD_CI_MASKS: 'off' }]) {
      const elsewhere = await safebuild(['-q', '.'], { cwd, env: { ...env, ...other } });
      expect(elsewhere.stderr).not.toContain('add-mask');
    }
  }));

test.each(['> build.log 2>&1', '2> build.log', '2>&1 | tee build.log'])(
  'on GitHub, what is kept in a file holds no value: %s',
  (redirection) =>
    inProject(async (cwd, env) => {
      await mkdir(join(cwd, 'log'));
      const command = `"$0" -- "$1" . ${redirection.replace('build.log', 'log/build.log')}`;
      await execa('/bin/sh', ['-c', command, process.execPath, program], {
        cwd,
        env: { ...env, PATH: `${env.PATH}:/bin:/usr/bin`, GITHUB_ACTIONS: 'true' },
        extendEnv: false,
        reject: false,
      });
      const log = await readFile(join(cwd, 'log/build.log'), 'utf8');
      expect(log).toContain('Docker daemon');
      expect(log).not.toMatch(/add-mask|7f3a91/);
    }),
);

test('a trace is the user’s alone, complete on failure, and holds no value', () =>
  inProject(async (cwd, env) => {
    const path = join(cwd, 'trace.log');
    closeSync(openSync(path, 'w', 0o644));
    const args = ['--trace=trace.log', '--build-arg', `OTHER=${fake}2`, '--label', `a=${fake}`, '--tag', fake, '.'];
    const ended = await safebuild(args, { cwd, env });
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr.trimEnd().split('\n').at(-1)).toContain('trace of this run is in trace.log');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const trace = await readFile(path, 'utf8');
    expect(trace).not.toContain('7f3a91');
    expect(trace).toContain('asked: safebuild --build-arg … --label … --tag *** .');
    expect(trace).toContain('run: docker buildx inspect my-context');
    expect(trace).toContain('error: ENGINE_UNAVAILABLE');
    expect(trace).toContain('ended with exit code 1');
    expect(trace).toMatch(/buildx github\.com\/docker\/buildx 0\.29\.1/);
  }));

test('SAFEBUILD_TRACE says the same as the flag, and a link in its place is not followed', () =>
  inProject(async (cwd, env) => {
    await writeFile(join(cwd, 'precious'), 'x');
    await symlink('precious', join(cwd, 'trace.log'));
    const ended = await safebuild(['help'], { cwd, env: { ...env, SAFEBUILD_TRACE: 'trace.log' } });
    expect(ended).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('could not be written') });
    expect(await readFile(join(cwd, 'precious'), 'utf8')).toBe('x');
    await safebuild(['help'], { cwd, env: { ...env, SAFEBUILD_TRACE: 'other.log' } });
    expect(await readFile(join(cwd, 'other.log'), 'utf8')).toContain('asked: safebuild help\n');
  }));

test('--trace without a file is a slip', () =>
  inProject(async (cwd, env) => {
    expect(await safebuild(['.', '--trace'], { cwd, env })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--trace FILE'),
    });
  }));
