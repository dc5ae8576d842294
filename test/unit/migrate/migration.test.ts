import { expect, test } from '@jest/globals';
import { readSources } from '../../../src/build/sources.ts';
import { knowsSecretEnv } from '../../../src/migrate/fixes.ts';
import {
  beginMigration,
  type Migration,
  mendAll,
  type Project,
  projectOf,
  remaining,
} from '../../../src/migrate/index.ts';
import { withTempDir } from '../../helpers/docker.ts';
import { hostIn, writeProject } from '../build/project.ts';
import { requestOf } from '../buildx/command-line.ts';
import { projectIn, token } from './project.ts';

async function planned(
  files: Readonly<Record<string, string>>,
  ...argv: string[]
): Promise<{ project: Project; migration: Migration }> {
  return withTempDir(async (cwd) => {
    await writeProject(cwd, files);
    const project = await projectIn(cwd, ...argv);
    return { project, migration: mendAll(project, beginMigration(project)) };
  });
}

test('the text is for people: comments stay, and nothing stands in the place of what goes', async () => {
  const { migration } = await planned({
    Dockerfile: [
      '# builds the greeter',
      'FROM node:20',
      '# the token of CI',
      'ARG NPM_TOKEN',
      'ARG PORT=80',
      'RUN curl -H "Authorization: $NPM_TOKEN" https://example.com/ && \\',
      '  # twice',
      '  true',
      '',
    ].join('\n'),
    '.env': `NPM_TOKEN=${token}\n`,
  });
  expect(migration.draft.dockerfile).toBe(
    [
      '# builds the greeter',
      'FROM node:20',
      '# the token of CI',
      'ARG PORT=80',
      'RUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN,required=true \\',
      '  curl -H "Authorization: $NPM_TOKEN" https://example.com/ && \\',
      '  # twice',
      '  true',
      '',
    ].join('\n'),
  );
  expect(migration.dropBuildArgs).toEqual(['NPM_TOKEN']);
});

test('an ARG whose name says secret is migrated where nobody has its value', async () => {
  const { project, migration } = await planned({
    Dockerfile:
      'FROM node:20\nARG NPM_TOKEN\nARG NODE_ENV\nARG SORT_KEY=created\nRUN npm ci --x=$NPM_TOKEN$NODE_ENV$SORT_KEY\n',
  });
  expect(migration.draft.dockerfile).toBe(
    'FROM node:20\nARG NODE_ENV\nARG SORT_KEY=created\n' +
      'RUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN,required=true npm ci --x=$NPM_TOKEN$NODE_ENV$SORT_KEY\n',
  );
  expect(remaining(project, migration)).toEqual({ open: [], declined: [], notes: [] });
});

test('a name that safebuild.yaml calls a setting is left alone', async () => {
  const Dockerfile = 'FROM node:20\nARG API_TOKEN\nRUN echo $API_TOKEN\n';
  const { migration } = await planned({ Dockerfile, 'safebuild.yaml': 'secrets:\n  API_TOKEN: setting\n' });
  expect(migration.draft.dockerfile).toBe(Dockerfile);
});

test('what nobody has said is not written: it stays open', async () => {
  const Dockerfile = `FROM node:20\nENV API_KEY=${token}\nCMD ["node", "x.js"]\n`;
  const { project, migration } = await planned({ Dockerfile });
  expect(migration.draft.dockerfile).toBe(Dockerfile);
  expect(remaining(project, migration).open).toMatchObject([{ rule: 'env-secret', secret: 'API_KEY' }]);
});

test('a mounted file is remembered, and left out where a folder dragged it along', async () => {
  const { migration } = await planned({
    Dockerfile: 'FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n',
    '.npmrc': `//npm.example.com/:_authToken=${token}\n`,
    '.dockerignore': 'dist',
  });
  expect(migration.draft.ignore).toBe('dist\n.npmrc\n');
  expect(migration.draft.dockerfile).toContain('--mount=type=secret,id=npmrc,target=/app/.npmrc,required=true');
  expect([...migration.draft.answers.files]).toEqual([['.npmrc', 'build']]);
});

test('an answer that stands in safebuild.yaml is not given again', async () => {
  const { migration } = await planned({
    Dockerfile: 'FROM node:20\nWORKDIR /app\nCOPY .npmrc ./\nRUN npm ci\n',
    '.npmrc': `//npm.example.com/:_authToken=${token}\n`,
    'safebuild.yaml': 'files:\n  .npmrc: { needed: runtime }\n',
  });
  expect(migration.draft.dockerfile).not.toContain('COPY');
  expect(migration.draft.answers.files.size).toBe(0);
});

test('a frontend that is pinned below 1.10 gets files in place of variables', async () => {
  const { migration } = await planned({
    Dockerfile: '# syntax=docker/dockerfile:1.4\nFROM node:20\nARG NPM_TOKEN\nRUN curl $NPM_TOKEN\n',
  });
  expect(migration.draft.dockerfile).toContain('/run/secrets/NPM_TOKEN');
  expect(migration.draft.dockerfile).not.toContain(',env=');
});

test.each([
  [undefined, true],
  ['docker/dockerfile:1', true],
  ['docker/dockerfile:1.10', true],
  ['docker.io/docker/dockerfile:1.9', false],
  ['docker/dockerfile:1.0-experimental', false],
  ['docker/dockerfile:experimental', false],
  ['docker/dockerfile:labs', true],
  ['example.com/own/frontend:1.2', true],
])('env= mounts of the frontend %s: %s', (syntax, known) => {
  expect(knowsSecretEnv(syntax)).toBe(known);
});

test('without a Dockerfile on disk there is nothing to write to', async () => {
  await expect(planned({ 'README.md': '' })).rejects.toMatchObject({ code: 'USAGE' });
  await withTempDir(async (cwd) => {
    const request = requestOf('-');
    const sources = await readSources(request, { envFiles: [] }, hostIn(cwd, {}, 'FROM a\n'));
    await expect(projectOf(sources, request)).rejects.toMatchObject({ code: 'USAGE' });
  });
});
