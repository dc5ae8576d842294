import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Memory } from '../../../src/build/memory.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'safebuild-home-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const folder = (): string => join(home, 'safebuild', 'kind');
const memory = (contextDir?: string): Memory => new Memory({ XDG_CACHE_HOME: home }, 'kind', contextDir);

test('a note is found by its subject until it is replaced or forgotten, and is nobody else’s to read', async () => {
  await memory().note('one', { a: 1 });
  await memory().note('other', 2);
  expect(await memory().recall('one')).toEqual({ a: 1 });
  await memory().note('one', { a: 3 });
  expect(await memory().recall('one')).toEqual({ a: 3 });
  await memory().forget('one');
  expect(await memory().recall('one')).toBeUndefined();
  expect(await memory().recall('other')).toBe(2);
  expect((await stat(folder())).mode & 0o077).toBe(0);
  // no drafts
  expect(await readdir(folder())).toHaveLength(1);
});

test('what is no note is none', async () => {
  await memory().note('one', { a: 1 });
  const [name = ''] = await readdir(folder());
  await writeFile(join(folder(), name), '{"a":');
  expect(await memory().recall('one')).toBeUndefined();
});

test('nothing is kept within a build context', async () => {
  await memory(home).note('one', 1);
  expect(await readdir(home)).toEqual([]);
  expect(await memory(home).recall('one')).toBeUndefined();
  await memory(join(home, 'project')).note('one', 1);
  expect(await memory(join(home, 'project')).recall('one')).toBe(1);
});

test('a folder that cannot be made is no failure', async () => {
  await writeFile(join(home, 'safebuild'), 'a file');
  await memory().note('one', 1);
  await memory().forget('one');
  expect(await memory().recall('one')).toBeUndefined();
});

test('there are a hundred notes at most', async () => {
  for (let index = 0; index < 105; index++) await memory().note(`subject ${index}`, index);
  expect(await readdir(folder())).toHaveLength(100);
  expect(await memory().recall('subject 104')).toBe(104);
});
