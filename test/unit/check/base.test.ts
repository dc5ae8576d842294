import { expect, test } from '@jest/globals';
import { withTempDir } from '../../helpers/docker.ts';
import { writeProject } from '../build/project.ts';
import { checked, git, short, value } from './project.ts';

const base = 'HEAD';
const Dockerfile = 'FROM busybox:1.37\nARG NPM_TOKEN\nRUN npm ci\nCOPY . .\n';

async function repository(cwd: string, files: Record<string, string>): Promise<void> {
  await writeProject(cwd, files);
  await git(cwd, 'init', '-q');
  await git(cwd, 'add', '-A');
  await git(cwd, 'commit', '-q', '-m', 'base');
}

async function since(cwd: string): Promise<string[]> {
  return short(await checked(cwd, { base, env: { PATH: process.env.PATH ?? '' } }));
}

test('only what the change adds is found, and lines that moved are no change', () =>
  withTempDir(async (cwd) => {
    await repository(cwd, { Dockerfile });
    expect(await since(cwd)).toEqual([]);
    await writeProject(cwd, { Dockerfile: `# a comment\n${Dockerfile}ARG API_TOKEN\nRUN x "$API_TOKEN"\n` });
    expect(await since(cwd)).toEqual(['Dockerfile:6 arg-secret']);
  }));

test('the same once more is new', () =>
  withTempDir(async (cwd) => {
    await repository(cwd, { Dockerfile });
    await writeProject(cwd, { Dockerfile: `${Dockerfile}FROM node:20\nARG NPM_TOKEN\nRUN npm ci\n` });
    expect((await since(cwd)).length).toBe(1);
  }));

test('another value in the same place is new', () =>
  withTempDir(async (cwd) => {
    const compose = (text: string) => `services:\n  a:\n    environment:\n      API_KEY: ${text}\n      LOG: debug\n`;
    await repository(cwd, { 'compose.yaml': compose(value) });
    expect(await since(cwd)).toEqual([]);
    await writeProject(cwd, { 'compose.yaml': `# new\n${compose(`${value}-2`)}` });
    expect(await since(cwd)).toEqual(['compose.yaml:5 compose-environment-literal']);
  }));

test('a file of credentials that the change adds to the context is new; one that git does not track is not', () =>
  withTempDir(async (cwd) => {
    await repository(cwd, { Dockerfile, '.gitignore': '.env\n' });
    await writeProject(cwd, { '.env': `API_KEY=${value}\n` });
    expect(await since(cwd)).toEqual([]);
    await writeProject(cwd, { 'secrets.txt': `${value}-2\n` });
    await git(cwd, 'add', 'secrets.txt');
    expect(await since(cwd)).toEqual(['Dockerfile:4 context-secret']);
  }));

test('a line taken out of the ignore file is new', () =>
  withTempDir(async (cwd) => {
    await repository(cwd, { Dockerfile, '.dockerignore': '.env\n', '.gitignore': '.env\n' });
    await writeProject(cwd, { '.env': `API_KEY=${value}\n`, '.dockerignore': '' });
    expect(await since(cwd)).toEqual(['Dockerfile:4 context-secret']);
  }));

test('a new file is new from its first line', () =>
  withTempDir(async (cwd) => {
    await repository(cwd, { 'a.txt': '' });
    await writeProject(cwd, { Dockerfile });
    expect(await since(cwd)).toEqual(['Dockerfile:2 arg-secret']);
  }));

test.each([
  ['a folder without a repository', false, 'HEAD', 'needs a git repository'],
  ['a commit that is not there', true, 'no-such-branch', 'a commit that git does not know'],
  ['a commit that looks like a flag', true, '--help', 'a commit that git does not know'],
])('%s is a usage error', (_, isRepository, ref, words) =>
  withTempDir(async (cwd) => {
    await (isRepository ? repository(cwd, { Dockerfile }) : writeProject(cwd, { Dockerfile }));
    const env = { PATH: process.env.PATH ?? '', GIT_CEILING_DIRECTORIES: cwd };
    await expect(checked(cwd, { base: ref, env })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(words),
    });
  }),
);

test('without git the error says so', () =>
  withTempDir(async (cwd) => {
    await writeProject(cwd, { Dockerfile });
    await expect(checked(cwd, { base, env: { PATH: cwd } })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('git, which was not found'),
    });
  }));
