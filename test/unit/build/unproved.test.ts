import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import {
  builderAt,
  dropFailed,
  dropUnproved,
  forgetUnproved,
  noteEngineBuild,
  readEngineNote,
} from '../../../src/build/unproved.ts';
import { makeWorkDirs } from '../../../src/build/work-dir.ts';
import type { Docker } from '../../../src/buildx/index.ts';
import { withTempDir } from '../../helpers/docker.ts';

const [mine, theirs, older] = ['sha256:a1', 'sha256:b2', 'sha256:c3'];

/** An engine of untagged images. */
function engineWith(images: Set<string>): Docker {
  return {
    async run(args) {
      const id = args.at(-1) ?? '';
      if (args[1] === 'rm') images.delete(id);
      return { exitCode: images.has(id) || args[1] === 'rm' ? 0 : 1, stdout: '0\n', stderr: '' };
    },
  } as Docker;
}

test('a killed build’s image is removed by its note, images that were there before it stay', async () => {
  const images = new Set([mine, older]);
  const left = [{ folder: '/none', builder: 'default', knownBefore: [older], imageId: mine }];
  await dropUnproved(engineWith(images), 'default', left, new Set(images));
  expect([...images]).toEqual([older]);
  await dropUnproved(engineWith(images), 'default', [{ ...left[0]!, imageId: older }], new Set(images));
  expect([...images]).toEqual([older]);
});

test('without an id nothing is removed, but what came since is not taken for somebody else’s', async () => {
  const images = new Set([theirs, older]);
  const known = await dropUnproved(
    engineWith(images),
    'default',
    [{ folder: '/none', builder: 'default', knownBefore: [older] }],
    new Set(images),
  );
  expect([...known]).toEqual([older]);
  expect([...images]).toEqual([theirs, older]);
});

test('a note about another builder says nothing about this one', async () => {
  const images = new Set([mine]);
  const left = [{ folder: '/none', builder: 'other', knownBefore: [], imageId: mine }];
  expect([...(await dropUnproved(engineWith(images), 'default', left, new Set(images)))]).toEqual([mine]);
  expect([...images]).toEqual([mine]);
});

test.each([
  ['none', undefined],
  ['half of one', '{"builder":"defa'],
  ['a list', '[]'],
  ['one without a builder', '{"knownBefore":[]}'],
])('a folder with no note is no news: %s', (_what, text) =>
  withTempDir(async (dir) => {
    if (text !== undefined) await writeFile(join(dir, 'engine.json'), text);
    expect(await readEngineNote(dir)).toBeUndefined();
  }),
);

test('the next build learns from the folder of a killed one what that left in the engine, and only from the user’s own', () =>
  withTempDir(async (dir) => {
    const [builds, run] = [join(dir, 'cache/safebuild/builds'), join(dir, 'run')];
    for (const parent of [builds, run]) await leaveKilled(join(parent, 'safebuild-17-aB3dE6'));
    const env = { XDG_CACHE_HOME: join(dir, 'cache'), XDG_RUNTIME_DIR: run };
    const dirs = await makeWorkDirs(env, 42, (pid) => pid === 42);
    const folder = join(builds, 'safebuild-17-aB3dE6');
    expect(dirs.leftBehind).toEqual([{ folder, builder: 'default', knownBefore: [older], imageId: mine }]);
    expect(await readdir(folder)).toEqual(['engine.json']);
    await forgetUnproved('default', dirs.leftBehind);
    await dirs.remove();
    expect([...(await readdir(builds)), ...(await readdir(run))]).toEqual([]);
  }));

test('a build that ends before it has a note of its own leaves those of others to the next', () =>
  withTempDir(async (dir) => {
    const builds = join(dir, 'cache/safebuild/builds');
    await leaveKilled(join(builds, 'safebuild-17-aB3dE6'));
    const env = { XDG_CACHE_HOME: join(dir, 'cache'), XDG_RUNTIME_DIR: dir };
    for (const pid of [42, 43]) {
      const dirs = await makeWorkDirs(env, pid, (other) => other === pid);
      expect(dirs.leftBehind).toMatchObject([{ builder: 'default', imageId: mine }]);
      await forgetUnproved('another', dirs.leftBehind);
      await dirs.remove();
    }
    expect(await readdir(builds)).toEqual(['safebuild-17-aB3dE6']);
  }));

test('a note whose builder never came back is gone after a month', () =>
  withTempDir(async (dir) => {
    const builds = join(dir, 'cache/safebuild/builds');
    const killed = join(builds, 'safebuild-17-aB3dE6');
    await leaveKilled(killed);
    const then = new Date(Date.now() - 31 * 24 * 3_600_000);
    await utimes(join(killed, 'engine.json'), then, then);
    const dirs = await makeWorkDirs({ XDG_CACHE_HOME: join(dir, 'cache'), XDG_RUNTIME_DIR: dir }, 42, () => false);
    expect(dirs.leftBehind).toEqual([]);
    await dirs.remove();
    expect(await readdir(builds)).toEqual([]);
  }));

/** What the end of a process left of its build into the engine. */
async function leaveKilled(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await noteEngineBuild(folder, { builder: 'default', knownBefore: [older] });
  await writeFile(join(folder, 'metadata.json'), JSON.stringify({ 'containerimage.digest': mine }));
  await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\n');
}

test('an interrupted build leaves its note, without a file beside it, where it may have left an image', () =>
  withTempDir(async (dir) => {
    const env = { XDG_CACHE_HOME: join(dir, 'cache'), XDG_RUNTIME_DIR: dir };
    const dirs = await makeWorkDirs(env, 42, () => true);
    await noteEngineBuild(dirs.quarantine, { builder: 'default', knownBefore: [older] });
    await writeFile(join(dirs.quarantine, 'Dockerfile'), 'FROM scratch\n');
    const engine = engineWith(new Set([mine]));
    expect(await dropFailed(engine, dirs.quarantine, new Set(), false)).toBe(true);
    expect(await dropFailed(engine, dirs.quarantine, new Set(), true)).toBe(false);
    dirs.keepNote();
    await dirs.remove();
    expect(await readdir(dirs.quarantine)).toEqual(['engine.json']);
    const next = await makeWorkDirs(env, 43, (pid) => pid === 43);
    expect(next.leftBehind).toEqual([{ folder: dirs.quarantine, builder: 'default', knownBefore: [older] }]);
    await forgetUnproved('default', next.leftBehind);
    await next.remove();
    expect(await readdir(join(dir, 'cache/safebuild/builds'))).toEqual([]);
  }));

test('an interrupted build whose image is known removes it, unless it was there before', () =>
  withTempDir(async (dir) => {
    await writeFile(join(dir, 'metadata.json'), JSON.stringify({ 'containerimage.config.digest': mine }));
    const images = new Set([mine]);
    expect(await dropFailed(engineWith(images), dir, new Set([mine]), true)).toBe(true);
    expect([...images]).toEqual([mine]);
    await dropFailed(engineWith(images), dir, new Set(), true);
    expect([...images]).toEqual([]);
  }));

test('the note of a build on another engine stays until somebody builds there again', async () => {
  const here = builderAt('default', { DOCKER_HOST: 'tcp://one.example.com:2376' });
  const there = builderAt('default', { DOCKER_HOST: 'tcp://two.example.com:2376' });
  const images = new Set([mine]);
  const left = [{ folder: '/none', builder: there, knownBefore: [], imageId: mine }];
  await expect(dropUnproved(engineWith(images), here, left, new Set([mine]))).resolves.toEqual(new Set([mine]));
  expect(images).toEqual(new Set([mine]));
  await dropUnproved(engineWith(images), there, left, new Set([mine]));
  expect(images).toEqual(new Set());
  expect(builderAt('default', {})).toBe('default');
});
