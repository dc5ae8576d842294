import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { builderAt, noteEngineBuild, readEngineNote } from '../../../src/build/unproved.ts';
import { makeWorkDirs } from '../../../src/build/work-dir.ts';
import { withTempDir } from '../../helpers/docker.ts';

const [mine, older] = ['sha256:a1', 'sha256:c3'];

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
    await dirs.remove();
    expect([...(await readdir(builds)), ...(await readdir(run))]).toEqual(['safebuild-17-aB3dE6']);
  }));

test('a build that ends before it has a note of its own leaves those of others to the next', () =>
  withTempDir(async (dir) => {
    const builds = join(dir, 'cache/safebuild/builds');
    await leaveKilled(join(builds, 'safebuild-17-aB3dE6'));
    const env = { XDG_CACHE_HOME: join(dir, 'cache'), XDG_RUNTIME_DIR: dir };
    for (const pid of [42, 43]) {
      const dirs = await makeWorkDirs(env, pid, (other) => other === pid);
      expect(dirs.leftBehind).toMatchObject([{ builder: 'default', imageId: mine }]);
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

test('a build leaves its note, without a file beside it, and nothing where it has none', () =>
  withTempDir(async (dir) => {
    const env = { XDG_CACHE_HOME: join(dir, 'cache'), XDG_RUNTIME_DIR: dir };
    const dirs = await makeWorkDirs(env, 42, () => true);
    await noteEngineBuild(dirs.quarantine, { builder: 'default', knownBefore: [older] });
    await writeFile(join(dirs.quarantine, 'Dockerfile'), 'FROM scratch\n');
    const other = await makeWorkDirs(env, 42, () => true);
    await writeFile(join(other.quarantine, 'Dockerfile'), 'FROM scratch\n');
    await Promise.all([dirs.remove(), other.remove()]);
    expect(await readdir(dirs.quarantine)).toEqual(['engine.json']);
    expect(await readdir(join(dirs.quarantine, '..'))).toHaveLength(1);
    const next = await makeWorkDirs(env, 43, (pid) => pid === 43);
    expect(next.leftBehind).toEqual([{ folder: dirs.quarantine, builder: 'default', knownBefore: [older] }]);
    await next.remove();
  }));

test('a builder behind another DOCKER_HOST is another builder', () => {
  const here = builderAt('default', { DOCKER_HOST: 'tcp://one.example.com:2376' });
  const there = builderAt('default', { DOCKER_HOST: 'tcp://two.example.com:2376' });
  expect(new Set([here, there, 'default']).size).toBe(3);
  expect(builderAt('default', {})).toBe('default');
});
