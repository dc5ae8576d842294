import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { supportsSecretEnv } from '../../../src/buildx/capabilities.ts';
import { withTempDir } from '../../helpers/docker.ts';
import { type Answers, answering } from '../publish/answers.ts';

/** The answer, and the flags by which it was asked for. */
async function askedOf(answers: Answers, workDir: string, syntax?: string): Promise<[boolean, string[]]> {
  const { docker, asked } = answering(answers);
  const supported = await supportsSecretEnv(docker, { builder: 'mine', syntax, workDir });
  return [supported, asked.map((command) => command.replace(`buildx build --builder mine `, '').split('=')[0] ?? '')];
}

const refuses = (stderr: string) => ({ exitCode: 1, stderr });

test('the frontend’s own answer counts, and no answer is no', () =>
  withTempDir(async (dir) => {
    expect(await askedOf({ 'buildx build': '{}' }, dir)).toEqual([true, ['--call']]);
    expect(await askedOf({ 'buildx build': refuses("ERROR: unexpected key 'env' in 'env=PROBE'") }, dir)).toEqual([
      false,
      ['--call'],
    ]);
  }));

test('a buildx from before --call is asked by --print', () =>
  withTempDir(async (dir) => {
    const older = { 'buildx build --builder mine --call': refuses('unknown flag: --call\nSee docker buildx') };
    expect(await askedOf({ ...older, 'buildx build': '{}' }, dir)).toEqual([true, ['--call', '--print']]);
    expect(await askedOf({ ...older, 'buildx build': refuses('no') }, dir)).toEqual([false, ['--call', '--print']]);
  }));

test('the frontend that the Dockerfile names is the one that is asked', () =>
  withTempDir(async (dir) => {
    await askedOf({}, dir, 'docker/dockerfile:1.4');
    const probe = await readFile(join(dir, 'probe', 'Dockerfile'), 'utf8');
    expect(probe.split('\n')[0]).toBe('# syntax=docker/dockerfile:1.4');
  }));
