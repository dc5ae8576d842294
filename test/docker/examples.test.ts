import { expect, test } from '@jest/globals';
import { docker, removeImages, tryDocker, withTempDir } from '../helpers/docker.ts';
import { bothStores, useEngine } from '../helpers/engine.ts';
import { safebuild } from '../helpers/safebuild.ts';
import { withService } from '../helpers/services.ts';
import { type Engine, startNpmRegistry, startPythonIndex } from '../helpers/testbed.ts';
import { copyExample } from './rig/example.ts';
import { expectExit } from './rig/expect-exit.ts';
import { imageHolds } from './rig/holds.ts';
import { snapshotOf } from './rig/project.ts';

const key = 'not-a-secret-7f3a91c2d4e8';

interface Trial {
  engine: Engine;
  folder: string;
  /** The value that must not be in the image. */
  secret: string;
  /** What plain docker needs besides to build the example, as its README says. */
  dockerFlags?: readonly string[];
  safebuildFlags?: readonly string[];
  /** For `docker run` of the image that safebuild built. */
  runFlags?: readonly string[];
  answer: RegExp;
}

/** The one story of every example: docker build leaks, safebuild does not, and both images answer the same. */
async function tell(trial: Trial): Promise<void> {
  const { engine, folder, secret, answer, dockerFlags = [], safebuildFlags = [], runFlags = [] } = trial;
  const common = ['--network=host', '--progress=plain'];
  await docker(engine, ['build', ...common, ...dockerFlags, '--tag=example-docker', folder]);
  expect(await imageHolds(engine, 'example-docker', secret)).toBe(true);
  const answered = await docker(engine, ['run', '--rm', 'example-docker']);
  expect(answered).toMatch(answer);

  const before = await snapshotOf(folder);
  const built = await safebuild([...common, ...safebuildFlags, '--tag=example-safe', '.'], { engine, cwd: folder });
  expectExit(built, 0);
  expect(built.stderr).toContain('safebuild: clean: ');
  expect(built.stderr + built.stdout).not.toContain(secret);
  expect(await imageHolds(engine, 'example-safe', secret)).toBe(false);
  expect(await docker(engine, ['run', '--rm', ...runFlags, 'example-safe'])).toBe(answered);
  expect(await snapshotOf(folder)).toEqual(before);
  await removeImages(engine, ['example-docker', 'example-safe']);
}

test.each(bothStores)('%s: node-private-registry', async (name) => {
  const engine = await useEngine(name, ['node:20-slim']);
  await withService(startNpmRegistry, async ({ url, token }) => {
    await withTempDir(async (folder) => {
      await copyExample('node-private-registry', folder, {
        replacements: { 'https://npm.example.com': url.slice(0, -1), 'npm.example.com': new URL(url).host },
        files: { '.env': `NPM_TOKEN=${token}\n` },
      });
      const dockerFlags = [`--build-arg=NPM_TOKEN=${token}`];
      await tell({ engine, folder, secret: token, dockerFlags, answer: /^the private widget says hello$/ });
    });
  });
});

test('containerd: multi-stage-node, split on request', async () => {
  const engine = await useEngine('containerd', ['node:20-slim']);
  await withService(startNpmRegistry, async ({ url, token }) => {
    await withTempDir(async (folder) => {
      await copyExample('multi-stage-node', folder, {
        replacements: { 'https://npm.example.com': url.slice(0, -1), 'npm.example.com': new URL(url).host },
        files: { '.env': `NPM_TOKEN=${token}\n` },
      });
      const dockerFlags = [`--build-arg=NPM_TOKEN=${token}`];
      const answer = /^Today: the private widget says hello$/m;
      await tell({ engine, folder, secret: token, dockerFlags, safebuildFlags: ['--multi-stage'], answer });
    });
  });
});

test('containerd: python-private-index', async () => {
  const engine = await useEngine('containerd', ['python:3.11-slim']);
  await withService(startPythonIndex, async ({ indexUrl, token }) => {
    await withTempDir(async (folder) => {
      await copyExample('python-private-index', folder, { files: { '.env': `PIP_INDEX_URL=${indexUrl}\n` } });
      const dockerFlags = [`--build-arg=PIP_INDEX_URL=${indexUrl}`];
      await tell({ engine, folder, secret: token, dockerFlags, answer: /^the answer is 42$/ });
    });
  });
});

test.each(bothStores)('%s: secrets-txt', async (name) => {
  const engine = await useEngine(name);
  await withTempDir(async (folder) => {
    await copyExample('secrets-txt', folder, { files: { 'secrets.txt': `${key}\n` } });
    await tell({ engine, folder, secret: key, answer: /^[0-9a-f]{64}$/ });
  });
});

test.each(bothStores)('%s: env-api-key', async (name) => {
  const engine = await useEngine(name);
  await withTempDir(async (folder) => {
    await copyExample('env-api-key', folder);
    await tell({
      engine,
      folder,
      secret: key,
      runFlags: [`--env=API_KEY=${key}`],
      answer: /^using the key [0-9a-f]{8}$/,
    });
  });
});

test('env-api-key: without the answer in safebuild.yaml safebuild asks a person and builds nothing', async () => {
  const engine = await useEngine('containerd');
  await withTempDir(async (folder) => {
    await copyExample('env-api-key', folder, { files: { 'safebuild.yaml': '' } });
    const stopped = await safebuild(['--tag=example-asked', '.'], { engine, cwd: folder });
    expect(stopped).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('Dockerfile:2') });
    expect(stopped.stderr).toContain('API_KEY');
    expect(stopped.stderr).not.toContain(key);
    expect((await tryDocker(engine, ['image', 'inspect', 'example-asked'])).exitCode).toBe(1);
  });
});
