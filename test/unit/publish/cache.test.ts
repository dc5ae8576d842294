import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { placeCache } from '../../../src/publish/cache.ts';
import { sources, withFolders } from './temp-dir.ts';

const refName = 'org.opencontainers.image.ref.name';

async function writeCache(
  dir: string,
  blobs: readonly string[],
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  await mkdir(join(dir, 'blobs/sha256'), { recursive: true });
  for (const blob of blobs) await writeFile(join(dir, 'blobs/sha256', blob), `content of ${blob}`);
  const manifests = Object.entries(tags).map(([tag, blob]) => ({
    mediaType: 'application/vnd.oci.image.index.v1+json',
    digest: `sha256:${blob}`,
    size: 1,
    annotations: { [refName]: tag },
  }));
  await writeFile(join(dir, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
}

async function tagsOf(dir: string): Promise<Record<string, string>> {
  const index = JSON.parse(await readFile(join(dir, 'index.json'), 'utf8'));
  return Object.fromEntries(
    index.manifests.map((entry: { digest: string; annotations: Record<string, string> }) => [
      entry.annotations[refName],
      entry.digest,
    ]),
  );
}

test.each(sources)('a cache from %s makes a new folder', (source) =>
  withFolders([source, tmpdir()], async (from = '', to = '') => {
    await writeCache(from, ['a', 'b'], { latest: 'a' });
    await placeCache(from, join(to, 'new/cache'));
    expect(await tagsOf(join(to, 'new/cache'))).toEqual({ latest: 'sha256:a' });
    expect((await readdir(join(to, 'new/cache'))).sort()).toEqual(['blobs', 'index.json', 'oci-layout']);
    expect(await readFile(join(to, 'new/cache/blobs/sha256/b'), 'utf8')).toBe('content of b');
  }),
);

test('an older cache keeps its other tags and all its blobs', () =>
  withFolders([tmpdir(), tmpdir()], async (from = '', to = '') => {
    await writeCache(to, ['old', 'kept'], { latest: 'old', main: 'kept' });
    await writeCache(from, ['new', 'kept'], { latest: 'new' });
    await placeCache(from, to);
    expect(await tagsOf(to)).toEqual({ latest: 'sha256:new', main: 'sha256:kept' });
    expect((await readdir(join(to, 'blobs/sha256'))).sort()).toEqual(['kept', 'new', 'old']);
  }));
