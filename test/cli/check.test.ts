import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { withTempDir } from '../helpers/docker.ts';
import { safebuild } from '../helpers/safebuild.ts';

const leaky = 'FROM example.com/base:1\nARG NPM_TOKEN\nRUN npm ci\n';

test('check needs no docker: 1 and the finding on standard output, 0 when it is mended', () =>
  withTempDir(async (cwd) => {
    await writeFile(join(cwd, 'Dockerfile'), leaky);
    const found = await safebuild(['check'], { cwd });
    expect(found).toMatchObject({ exitCode: 1, stderr: '' });
    expect(found.stdout).toMatch(/^Dockerfile:2: arg-secret: /m);
    await writeFile(join(cwd, 'Dockerfile'), leaky.replace('ARG NPM_TOKEN\n', ''));
    const clean = await safebuild(['check', '.'], { cwd });
    expect(clean).toMatchObject({ exitCode: 0, stderr: '' });
    expect(clean.stdout).toContain('nothing found in Dockerfile');
  }));

test('the command line of a build can be checked', () =>
  withTempDir(async (cwd) => {
    await writeFile(join(cwd, 'app.Dockerfile'), leaky);
    const argv = [
      'check',
      '-t',
      'app',
      '--no-cache',
      '-fapp.Dockerfile',
      '--platform=linux/amd64',
      '--format=json',
      '.',
    ];
    const { exitCode, stdout } = await safebuild(argv, { cwd });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      command: 'check',
      files: [{ path: 'app.Dockerfile', kind: 'dockerfile' }],
      findings: expect.arrayContaining([expect.objectContaining({ rule: 'arg-secret', secret: 'NPM_TOKEN' })]),
    });
  }));

test('a Dockerfile on standard input is checked', () =>
  withTempDir(async (cwd) => {
    const { exitCode, stdout } = await safebuild(['check', '-', '--format=github'], { cwd, input: leaky });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('line=2,endLine=2,title=safebuild arg-secret::');
  }));

test('explain lists the rules, and prints the page of one', () =>
  withTempDir(async (cwd) => {
    const all = await safebuild(['explain'], { cwd });
    expect(all).toMatchObject({ exitCode: 0, stderr: '' });
    expect(all.stdout).toMatch(/^ {2}arg-secret +A secret is handed to the build as ARG$/m);
    const one = await safebuild(['explain', 'compose-build-arg'], { cwd });
    expect(one.exitCode).toBe(0);
    expect(one.stdout).toMatch(/^# compose-build-arg\n/);
    expect(await safebuild(['explain', 'arg-secrets'], { cwd })).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringMatching(/There is no rule "arg-secrets".\n {2}Did you mean arg-secret/),
    });
  }));
