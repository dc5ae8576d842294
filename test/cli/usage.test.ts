import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { withTempDir } from '../helpers/docker.ts';
import { safebuild } from '../helpers/safebuild.ts';

const secretLine = 'NPM_TOKEN=not-a-secret-7f3a91c2d4e8\n';
const version = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')).version as string;

async function project(dir: string): Promise<void> {
  await writeFile(join(dir, 'Dockerfile'), 'FROM scratch\nARG NPM_TOKEN\nRUN x\n');
  await writeFile(join(dir, '.env'), secretLine);
}

test('safebuild version says its version, and needs no docker', () =>
  withTempDir(async (cwd) => {
    expect(await safebuild(['version'], { cwd })).toEqual({ exitCode: 0, stdout: `safebuild ${version}`, stderr: '' });
  }));

test('help goes to standard output, and needs no docker', () =>
  withTempDir(async (cwd) => {
    expect(await safebuild(['.', '--help'], { cwd })).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('All flags of docker build'),
      stderr: '',
    });
  }));

test('a usage error ends with exit code 2 and says why, on standard error', () =>
  withTempDir(async (cwd) => {
    expect(await safebuild(['--env-file'], { cwd })).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'safebuild: --env-file needs a value.\n  Write --env-file PATH.',
    });
  }));

test('without docker a build ends with exit code 1 and one clear message', () =>
  withTempDir(async (cwd) => {
    await project(cwd);
    for (const args of [['.'], ['build', '.']]) {
      expect(await safebuild(args, { cwd })).toEqual({
        exitCode: 1,
        stdout: '',
        stderr:
          'safebuild: The docker command line client was not found on PATH.\n' +
          '  Install Docker with its buildx plugin, or put `docker` on PATH.',
      });
    }
  }));

test('--json gives errors as one object too', () =>
  withTempDir(async (cwd) => {
    await project(cwd);
    const { exitCode, stdout } = await safebuild(['.', '--json'], { cwd });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      verdict: 'error',
      exitCode: 1,
      error: {
        code: 'ENGINE_UNAVAILABLE',
        message: 'The docker command line client was not found on PATH.',
        hint: 'Install Docker with its buildx plugin, or put `docker` on PATH.',
      },
    });
    const usage = await safebuild(['--json', '--env-file'], { cwd });
    expect(JSON.parse(usage.stdout)).toMatchObject({ verdict: 'error', exitCode: 2, error: { code: 'USAGE' } });
  }));

test.each([
  ['an --env-file that is not there', ['.', '--env-file', 'none.env'], 3, 'none.env'],
  ['a --config that is not there', ['.', '--config=none.yaml'], 2, 'none.yaml'],
])('%s is named', (_, args, code, words) =>
  withTempDir(async (cwd) => {
    await project(cwd);
    // A docker that would answer is not needed: sources are read first, or their error is the one that is shown.
    await mkdir(join(cwd, 'bin'));
    await writeFile(join(cwd, 'bin/docker'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const ended = await safebuild(args, { cwd, env: { PATH: join(cwd, 'bin') } });
    expect(ended).toMatchObject({ exitCode: code, stderr: expect.stringContaining(words) });
  }),
);

test('verify of what is no image can never be clean', () =>
  withTempDir(async (cwd) => {
    await writeFile(join(cwd, '.env'), secretLine);
    await writeFile(join(cwd, 'image.tar'), 'this is no tar at all, and long enough to be none'.repeat(40));
    await mkdir(join(cwd, 'layout'));
    const tar = await safebuild(['verify', 'image.tar', '--json'], { cwd });
    expect({ ...tar, stdout: JSON.parse(tar.stdout) }).toMatchObject({
      exitCode: 6,
      stdout: { verdict: 'unverified' },
    });
    const folder = await safebuild(['verify', 'layout', '--json'], { cwd });
    expect({ ...folder, stdout: JSON.parse(folder.stdout) }).toMatchObject({
      exitCode: 6,
      stdout: { verdict: 'error', exitCode: 6, error: { code: 'SCAN_INCOMPLETE' } },
    });
  }));
