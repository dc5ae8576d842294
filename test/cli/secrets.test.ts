import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { withTempDir } from '../helpers/docker.ts';
import { safebuild } from '../helpers/safebuild.ts';
import { writeProject } from '../unit/build/project.ts';
import { fakeDocker } from './fake-docker.ts';
import { inTerminal, key } from './terminal.ts';

const value = 'not-a-secret-7f3a91c2d4e8';

const project = {
  Dockerfile: 'FROM scratch\nARG NPM_TOKEN\nARG PORT\nRUN make $NPM_TOKEN $PORT\nRUN --mount=type=secret,id=login x\n',
  '.env': `API_KEY=${value}-of-dotenv\nPORT=3000\n`,
  'safebuild.yaml':
    'secrets:\n  NPM_TOKEN: env:MY_NPM_TOKEN\n  LOGIN: { exec: [./login] }\n  UNUSED: file:unused.txt\n',
  'unused.txt': `${value}-of-file`,
};

async function inProject(action: (cwd: string) => Promise<void>): Promise<void> {
  await withTempDir(async (cwd) => {
    await writeProject(cwd, project);
    await writeFile(join(cwd, 'login'), `#!/bin/sh\necho ${value}-of-program\n`);
    await chmod(join(cwd, 'login'), 0o700);
    await action(cwd);
  });
}

test('safebuild secrets lists names, sources and lines, asks nobody, and shows no value', () =>
  inProject(async (cwd) => {
    const listed = await safebuild(['secrets', '--json', '.'], { cwd, env: { MY_NPM_TOKEN: value } });
    expect(listed.exitCode).toBe(0);
    expect(JSON.parse(listed.stdout)).toMatchObject({
      schemaVersion: 1,
      tested: false,
      secrets: [
        { name: 'API_KEY', kind: 'secret', source: '.env line 1', state: 'ok', changed: expect.any(String), lines: [] },
        { name: 'MY_NPM_TOKEN', kind: 'secret', source: 'environment', state: 'ok', lines: [] },
        { name: 'NPM_TOKEN', kind: 'secret', source: 'env:MY_NPM_TOKEN', state: 'unknown', lines: [2, 4] },
        { name: 'LOGIN', kind: 'secret', source: 'exec:./login', state: 'unknown', lines: [5] },
        { name: 'UNUSED', kind: 'secret', source: 'file:unused.txt', state: 'unknown', lines: [] },
        { name: 'PORT', kind: 'setting', source: '.env line 2', state: 'ok', lines: [3, 4] },
      ],
    });
    const text = await safebuild(['secrets', '.'], { cwd });
    expect(text.stdout).toMatch(/^NAME +KIND +SOURCE +VERSION +AGE +LINES +STATE +WHY\n/);
    expect(text.stdout).toMatch(/^NPM_TOKEN +secret +env:MY_NPM_TOKEN +- +- +2,4 +not asked +safebuild.yaml line 2/m);
    expect(`${listed.stdout}${text.stdout}${text.stderr}`).not.toContain('not-a-secret');
  }));

test('--test asks every source, once it is trusted, and says what is wrong', () =>
  inProject(async (cwd) => {
    const untrusted = await safebuild(['secrets', '--test', '.'], { cwd, env: { MY_NPM_TOKEN: value } });
    expect(untrusted).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('--trust-sources') });
    expect(untrusted.stderr).toContain('LOGIN: a program: exec:./login\n');

    const good = await safebuild(['secrets', '--test', '--trust-sources', '--json'], {
      cwd,
      env: { MY_NPM_TOKEN: value },
    });
    expect(good.exitCode).toBe(0);
    const { secrets } = JSON.parse(good.stdout) as { secrets: { state: string }[] };
    expect(secrets.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok']);

    const bad = await safebuild(['secrets', '--test', '.'], { cwd, env: { SAFEBUILD_TRUST_SOURCES: '1' } });
    expect(bad.exitCode).toBe(3);
    expect(bad.stdout).toContain('NPM_TOKEN: the environment variable MY_NPM_TOKEN is not set');
    expect(`${good.stdout}${bad.stdout}${bad.stderr}`).not.toContain('not-a-secret');
  }));

test('a build without its secret ends before docker is asked to build', () =>
  inProject(async (cwd) => {
    const docker = await fakeDocker(cwd);
    const ended = await safebuild(['--trust-sources', '.'], { cwd, env: docker.env });
    expect(ended).toMatchObject({
      exitCode: 3,
      stdout: '',
      stderr: expect.stringContaining('The secret NPM_TOKEN, which Dockerfile line 2 needs, could not be had from'),
    });
    expect(await docker.asked()).toEqual([]);
  }));

test('in CI a store may be asked, and a program of the project may not be started', () =>
  inProject(async (cwd) => {
    const docker = await fakeDocker(cwd);
    const env = { ...docker.env, CI: 'true', MY_NPM_TOKEN: value };
    const ended = await safebuild(['.'], { cwd, env });
    expect(ended.exitCode).toBe(3);
    expect(ended.stderr).toContain('LOGIN: a program');
    expect(ended.stderr).not.toContain('NPM_TOKEN');
  }));

test('on a terminal the project’s wishes are shown once, and the answer is remembered until they change', () =>
  inProject(async (cwd) => {
    await withTempDir(async (home) => {
      const env = { HOME: home, MY_NPM_TOKEN: value };
      const wishes = { seen: 'LOGIN: a program: exec:["./login"]', keys: '' };
      const question = { seen: 'Allow it?', keys: '' };
      const refused = await inTerminal(['secrets', '--test', '.'], [wishes, { ...question, keys: key.enter }], {
        cwd,
        env,
      });
      expect(refused.exitCode).toBe(3);
      expect(refused.screen).toContain('You did not allow what this project asks for');

      const always = { ...question, keys: `${key.down}${key.down}${key.enter}` };
      expect((await inTerminal(['secrets', '--test', '.'], [wishes, always], { cwd, env })).exitCode).toBe(0);
      const again = await inTerminal(['secrets', '--test', '.'], [], { cwd, env });
      expect(again.exitCode).toBe(0);
      expect(again.screen).not.toContain('Allow it?');

      await writeFile(join(cwd, 'login'), '#!/bin/sh\necho another\n');
      const changed = await safebuild(['secrets', '--test', '.'], { cwd, env });
      expect(changed.exitCode).toBe(3);
      expect(changed.stderr).toContain('exec:./login');
      expect(changed.stderr).not.toContain('NPM_TOKEN');
    });
  }));

test('Ctrl-C while a source is asked stops it, and the run', () =>
  inProject(async (cwd) => {
    const controller = new AbortController();
    await writeFile(join(cwd, 'login'), '#!/bin/sh\necho $$ > started\nexec sleep 60\n');
    const ended = safebuild(['secrets', '--test', '--trust-sources', '.'], {
      cwd,
      env: { MY_NPM_TOKEN: value, PATH: process.env.PATH ?? '' },
      signal: controller.signal,
    });
    let started = '';
    while (started === '') {
      await new Promise((resolve) => setTimeout(resolve, 50));
      started = (await readFile(join(cwd, 'started'), 'utf8').catch(() => '')).trim();
    }
    controller.abort();
    expect(await ended).toMatchObject({ exitCode: 130, stderr: expect.stringContaining('Interrupted') });
    expect(() => process.kill(Number(started), 0)).toThrow(expect.objectContaining({ code: 'ESRCH' }));
  }));
