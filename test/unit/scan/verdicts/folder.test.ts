import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { BoundedFolder } from '../../../../src/scan/verdicts/folder.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'safebuild-folder-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Makes a file look as if it was last used so many hours ago. */
async function age(name: string, hours: number): Promise<void> {
  const then = new Date(Date.now() - hours * 3600 * 1000);
  await utimes(join(dir, name), then, then);
}

test('over its bound, what was not used for longest goes', async () => {
  const folder = new BoundedFolder(dir, 250);
  for (const [name, hours] of [
    ['read again', 5],
    ['old', 4],
    ['young', 1],
  ] as const) {
    await folder.write(name, Buffer.alloc(100));
    await age(name, hours);
  }
  expect(await folder.read('read again')).toHaveLength(100);
  await folder.prune();
  expect((await readdir(dir)).sort()).toEqual(['read again', 'young']);
});

test('what a killed process left goes, what another one writes just now stays', async () => {
  await writeFile(join(dir, 'dead.draft'), 'x');
  await age('dead.draft', 2);
  await writeFile(join(dir, 'live.draft'), 'x');
  await new BoundedFolder(dir, 0).prune();
  expect(await readdir(dir)).toEqual(['live.draft']);
});

test('a folder that is not there is empty', async () => {
  const folder = new BoundedFolder(join(dir, 'none'), 10);
  await folder.prune();
  expect(await folder.read('x')).toBeUndefined();
});
