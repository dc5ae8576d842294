import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { applyPatch } from 'diff';
import { withTempDir } from '../../helpers/docker.ts';
import { writeProject } from '../build/project.ts';
import { type Asked, checked, checkedFiles, short, value } from './project.ts';

const npm = 'FROM node:20\nARG NPM_TOKEN\nRUN npm ci\n';

test('a build argument whose name says secret is found, though nobody has a value', async () => {
  const result = await checkedFiles({ Dockerfile: npm });
  expect(short(result)).toEqual(['Dockerfile:2 arg-secret']);
  expect(result).toMatchObject({ verdict: 'findings', exitCode: 1 });
});

test.each<[string, Record<string, string>]>([
  ['an ordinary Dockerfile', { Dockerfile: 'FROM node:20\nARG VERSION=1\nCOPY package.json .\nRUN npm ci\n' }],
  [
    'a name that the project calls a setting',
    { Dockerfile: npm, 'safebuild.yaml': 'secrets:\n  NPM_TOKEN: setting\n' },
  ],
  [
    'a name whose value was judged a setting',
    { Dockerfile: npm, '.env': 'NPM_TOKEN=false\n', '.dockerignore': '.env' },
  ],
  ['a secret mount', { Dockerfile: 'FROM node:20\nRUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN npm ci\n' }],
  ['an ARG named like half a secret', { Dockerfile: 'FROM node:20\nARG CACHE_KEY\nRUN echo "$CACHE_KEY"\n' }],
])('nothing is found in %s', async (_, files) => {
  expect(await checkedFiles(files)).toMatchObject({ verdict: 'clean', exitCode: 0 });
});

test('advice is told as a note, and is no failure', async () => {
  const { findings, exitCode } = await checkedFiles({ Dockerfile: 'FROM busybox\n' });
  expect(findings).toMatchObject([{ rule: 'mutable-base', level: 'note' }]);
  expect(exitCode).toBe(0);
});

test.each<[string, Record<string, string>, Asked, string[]]>([
  [
    'a literal',
    { Dockerfile: `FROM busybox:1.37\nLABEL token=${value}\n` },
    {},
    ['Dockerfile:2 literal-secret person'],
  ],
  [
    'files of credentials in the context',
    { Dockerfile: 'FROM busybox:1.37\nCOPY . .\n', '.env': `API_KEY=${value}\n` },
    {},
    ['Dockerfile:2 context-secret'],
  ],
  [
    'a file of credentials that is copied, and that this checkout has not',
    { Dockerfile: 'FROM busybox:1.37\nWORKDIR /app\nCOPY ./secrets.txt a.txt ./\nRUN cat secrets.txt\n', 'a.txt': '' },
    {},
    ['Dockerfile:3 copy-secret-file person'],
  ],
  [
    'what --secret names, without its value',
    { Dockerfile: 'FROM busybox:1.37\nARG CACHE_KEY\nRUN x "$CACHE_KEY"\n' },
    { argv: ['--secret', 'id=CACHE_KEY,env=NOT_SET', '.'] },
    ['Dockerfile:2 arg-secret'],
  ],
  [
    'what --build-arg hands over',
    { Dockerfile: 'FROM busybox:1.37\n' },
    { argv: ['--build-arg', 'NPM_TOKEN', '.'] },
    ['--build-arg NPM_TOKEN build-arg-secret'],
  ],
  [
    'each Dockerfile of --file, by the name that it has',
    { 'a/Dockerfile': npm, 'b.Dockerfile': npm, 'safebuild.yaml': '' },
    { dockerfiles: ['a/Dockerfile', 'b.Dockerfile'] },
    ['a/Dockerfile:2 arg-secret', 'b.Dockerfile:2 arg-secret'],
  ],
  [
    'each folder and file that is named',
    { 'a/Dockerfile': npm, 'b/Dockerfile.prod': npm },
    { paths: ['a', 'b/Dockerfile.prod'] },
    ['a/Dockerfile:2 arg-secret', 'b/Dockerfile.prod:2 arg-secret'],
  ],
  [
    'a stage that the target does not need, as a warning',
    { Dockerfile: `${npm}FROM busybox:1.37 AS tool\nARG API_TOKEN\nRUN x "$API_TOKEN"\n` },
    { argv: ['--target', 'tool', '.'] },
    ['Dockerfile:2 arg-secret warning', 'Dockerfile:5 arg-secret'],
  ],
])('%s is found', async (_, files, asked, expected) => {
  expect(short(await checkedFiles(files, asked))).toEqual(expected);
});

test('an ignored file of credentials is not found, whether it is there or not', async () => {
  const Dockerfile = 'FROM busybox:1.37\nCOPY . .\nCOPY .npmrc .\n';
  const files = { Dockerfile, '.dockerignore': '.env\n.npmrc\n', '.env': `A_TOKEN=${value}` };
  expect(short(await checkedFiles(files))).toEqual([]);
});

test('the diff is what a build does, and the files stay as they are', () =>
  withTempDir(async (cwd) => {
    await writeProject(cwd, { Dockerfile: `${npm}COPY . .\n`, '.env': `NPM_TOKEN=${value}\n` });
    const { diffs } = await checked(cwd, { diff: true });
    expect(applyPatch(await readFile(join(cwd, 'Dockerfile'), 'utf8'), diffs[0] ?? '')).toBe(
      'FROM node:20\nRUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN,required=true npm ci\nCOPY . .\n',
    );
    expect(diffs[1]).toContain('--- /dev/null\n+++ b/.dockerignore\n');
    expect(diffs[1]).toContain('+.env\n');
    expect(await readFile(join(cwd, 'Dockerfile'), 'utf8')).toBe(`${npm}COPY . .\n`);
  }));

test('a diff shows no value, neither one that is taken out nor one that stays, however weak', async () => {
  const weak = 'hunter2x';
  const Dockerfile = `FROM busybox:1.37\n# was ${value}\nENV API_KEY=${value}\nENV DB_PASSWORD="${weak}"\nARG NPM_TOKEN\nRUN x $NPM_TOKEN\n`;
  const { diffs, findings } = await checkedFiles({ Dockerfile }, { diff: true });
  expect(findings).not.toEqual([]);
  expect(diffs.join()).toContain('-ARG NPM_TOKEN\n');
  expect(diffs.join()).toContain('DB_PASSWORD=[secret]');
  expect(JSON.stringify({ diffs, findings })).not.toMatch(/not-a-secret|hunter2/);
});

test.each<[string, Record<string, string>, Asked, string]>([
  ['a folder without anything', { 'a.txt': '' }, {}, 'neither a Dockerfile nor a compose file'],
  ['a Dockerfile that is not there', {}, { dockerfiles: ['none'] }, 'none does not exist'],
  ['a path that is not there', {}, { paths: ['none'] }, 'none does not exist'],
  ['Dockerfiles of several contexts', {}, { paths: ['a', 'b'], dockerfiles: ['c'] }, 'one context'],
  ['a URL', {}, { paths: ['https://example.com/x.git'] }, 'no URLs'],
])('%s is a usage error', async (_, files, asked, words) => {
  await expect(checkedFiles(files, asked)).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining(words),
  });
});
