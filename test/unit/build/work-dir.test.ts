import { mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { cacheHome, makeWorkDirs } from '../../../src/build/work-dir.ts';
import { withTempDir } from '../../helpers/docker.ts';

const pid = 4242;
const onlyUs = (candidate: number): boolean => candidate === pid;
const envIn = (dir: string) => ({ XDG_CACHE_HOME: join(dir, 'cache'), XDG_RUNTIME_DIR: join(dir, 'run') });

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

test('both folders are private, apart, and gone when the build is', () =>
  withTempDir(async (dir) => {
    await mkdir(join(dir, 'run'));
    const dirs = await makeWorkDirs(envIn(dir), pid, onlyUs);
    expect(dirs.quarantine.startsWith(join(dir, 'cache/safebuild/builds/'))).toBe(true);
    expect(dirs.values.startsWith(join(dir, 'run/'))).toBe(true);
    for (const path of [dirs.quarantine, dirs.values, join(dir, 'cache/safebuild/builds')]) {
      expect((await stat(path)).mode & 0o777).toBe(0o700);
    }
    await writeFile(join(dirs.values, 'secret-0'), 'x');
    await dirs.remove();
    expect([await exists(dirs.quarantine), await exists(dirs.values)]).toEqual([false, false]);
  }));

test('for another try both folders are the same and empty, but for the engine’s note', () =>
  withTempDir(async (dir) => {
    await mkdir(join(dir, 'run'));
    const dirs = await makeWorkDirs(envIn(dir), pid, onlyUs);
    const inodes = async () => Promise.all([dirs.quarantine, dirs.values].map(async (path) => (await stat(path)).ino));
    const before = await inodes();
    await mkdir(join(dirs.quarantine, 'output-0'));
    await writeFile(join(dirs.quarantine, 'engine.json'), '{}');
    await writeFile(join(dirs.values, 'secret-0'), 'x');
    await dirs.clear();
    expect([await readdir(dirs.quarantine), await readdir(dirs.values)]).toEqual([['engine.json'], []]);
    expect(await inodes()).toEqual(before);
    await dirs.remove();
  }));

test('folders of builds that were killed are swept, of running ones and of others not', () =>
  withTempDir(async (dir) => {
    const run = join(dir, 'run');
    const kept = [`safebuild-${pid}-aB3dE6`, 'safebuild-1-toolong7', 'safebuild-x-aB3dE6', 'other-1-aB3dE6', 'pulse'];
    for (const name of [...kept, 'safebuild-17-aB3dE6']) await mkdir(join(run, name), { recursive: true });
    await writeFile(join(run, 'safebuild-17-aB3dE6/secret-0'), 'x');
    const dirs = await makeWorkDirs(envIn(dir), pid, onlyUs);
    const left = (await readdir(run)).filter((name) => join(run, name) !== dirs.values);
    expect(left.sort()).toEqual([...kept].sort());
    await dirs.remove();
  }));

test('a link with the name of a stale folder is removed, not what it leads to', () =>
  withTempDir(async (dir) => {
    await mkdir(join(dir, 'run'));
    await writeFile(join(dir, 'precious'), 'x');
    await mkdir(join(dir, 'folder'));
    await writeFile(join(dir, 'folder/precious'), 'x');
    await symlink(join(dir, 'folder'), join(dir, 'run/safebuild-17-aB3dE6'));
    const dirs = await makeWorkDirs(envIn(dir), pid, onlyUs);
    expect(await exists(join(dir, 'run/safebuild-17-aB3dE6'))).toBe(false);
    expect(await exists(join(dir, 'folder/precious'))).toBe(true);
    await dirs.remove();
  }));

test('a cache folder that cannot be made is no reason to fail', () =>
  withTempDir(async (dir) => {
    await mkdir(join(dir, 'run'));
    await writeFile(join(dir, 'cache'), 'a file');
    const dirs = await makeWorkDirs(envIn(dir), pid, () => true);
    expect(await exists(dirs.quarantine)).toBe(true);
    expect((await stat(dirs.quarantine)).mode & 0o777).toBe(0o700);
    await dirs.remove();
  }));

test('builds of another pid namespace that share the folder are left alone', () =>
  withTempDir(async (dir) => {
    await mkdir(join(dir, 'run'));
    const theirs = await makeWorkDirs(envIn(dir), 17, () => true, '4026531836');
    const dirs = await makeWorkDirs(envIn(dir), pid, onlyUs, '4026532999');
    expect(await exists(theirs.values)).toBe(true);
    const after = await makeWorkDirs(envIn(dir), 18, () => false, '4026531836');
    expect(await exists(theirs.values)).toBe(false);
    await Promise.all([dirs, theirs, after].map((each) => each.remove()));
  }));

test('a relative XDG_CACHE_HOME is ignored, as the context may lie there', () => {
  expect(cacheHome({ HOME: '/home/node', XDG_CACHE_HOME: 'cache' })).toBe('/home/node/.cache');
  expect(cacheHome({ HOME: '/home/node', XDG_CACHE_HOME: '/var/cache' })).toBe('/var/cache');
});
