import { expect, test } from '@jest/globals';
import {
  beginMigration,
  changesOf,
  mendAll,
  nextSteps,
  type Project,
  patchOf,
  remaining,
  renderPlan,
  shownDiff,
} from '../../../src/migrate/index.ts';
import { withTempDir } from '../../helpers/docker.ts';
import { writeProject } from '../build/project.ts';
import { projectIn, token } from './project.ts';

interface Shown {
  project: Project;
  diff: string;
  patch: string | undefined;
  plan: string;
  steps: readonly string[];
}

async function shownFor(files: Readonly<Record<string, string>>, ...argv: string[]): Promise<Shown> {
  return withTempDir(async (cwd) => {
    await writeProject(cwd, files);
    const project = await projectIn(cwd, ...argv);
    const migration = mendAll(project, beginMigration(project));
    const changes = await changesOf(project, migration, cwd);
    const plain = (text: string): string => text;
    const paint = { bold: plain, red: plain, green: plain, yellow: plain, dim: plain };
    return {
      project,
      diff: shownDiff(project, changes),
      patch: patchOf(project, changes),
      plan: renderPlan(project, migration, remaining(project, migration), paint),
      steps: nextSteps(project, migration, cwd),
    };
  });
}

test('a diff shows every file that is written, and a patch is the same where no value stands in it', async () => {
  const { diff, patch } = await shownFor(
    {
      'build/Dockerfile': 'FROM node:20\nARG NPM_TOKEN\nRUN curl $NPM_TOKEN\nCOPY . .\n',
      'app/.env': `NPM_TOKEN=${token}\n`,
    },
    '--file',
    'build/Dockerfile',
    'app',
  );
  expect(diff.match(/^\+\+\+ .*$/gm)).toEqual(['+++ b/build/Dockerfile', '+++ b/app/.dockerignore']);
  expect(patch).toBe(diff);
});

test('a literal is masked in the diff, and no patch quotes it', async () => {
  const { diff, patch, plan } = await shownFor({
    Dockerfile: `FROM node:20\n# was ${token}\nARG NPM_TOKEN=${token}\nRUN curl $NPM_TOKEN\n`,
  });
  expect(diff).toContain('-ARG NPM_TOKEN=***\n');
  expect(diff + plan).not.toContain(token);
  expect(patch).toBeUndefined();
});

test('a value too short to be masked everywhere is masked where it stands in the Dockerfile', async () => {
  const { diff, patch } = await shownFor({
    Dockerfile: 'FROM node:20\nARG DB_PASSWORD=q7X\nRUN db --user=$DB_PASSWORD\n',
  });
  expect(diff).toContain('-ARG DB_PASSWORD=***\n');
  expect(patch).toBeUndefined();
});

test('the next steps name every flag of a plain docker build, and what to make anew', async () => {
  const { steps } = await shownFor({
    Dockerfile: `FROM node:20\nWORKDIR /app\nARG NPM_TOKEN\nARG API_TOKEN=${token}\nCOPY .npmrc ./\nRUN npm ci && curl $NPM_TOKEN $API_TOKEN\n`,
    '.npmrc': `//npm.example.com/:_authToken=${token}x\n`,
  });
  expect(steps).toEqual([
    'Make a new API_TOKEN and keep it in .env: the old value stays in the history of the Dockerfile.',
    'No longer pass --build-arg NPM_TOKEN.',
    'No longer pass --build-arg API_TOKEN.',
    'Mounts with env= need Docker Engine 27.3 (BuildKit 0.16) or newer.',
    'Build it:  safebuild .',
    'or plainly:  docker build --secret id=NPM_TOKEN,env=NPM_TOKEN --secret id=API_TOKEN,env=API_TOKEN --secret id=npmrc,src=.npmrc .',
  ]);
});
