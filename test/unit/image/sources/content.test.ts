import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { contentOf } from '../../../../src/image/index.ts';
import { buildTar, type TarFile } from '../build-tar.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safebuild-content-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const digest = 'a'.repeat(64);
const index = '{"schemaVersion":2,"manifests":[]}';
const saved = '[{"Config":"x.json","RepoTags":null,"Layers":[]}]';

const contents: [string, TarFile[], 'image' | 'files'][] = [
  [
    'an OCI layout',
    [
      { path: 'oci-layout', content: '{}' },
      { path: 'index.json', content: index },
    ],
    'image',
  ],
  ['a layout of which only the index is left', [{ path: 'index.json', content: index }], 'image'],
  ['a layout of which only blobs are left', [{ path: `blobs/sha256/${digest}`, content: 'x' }], 'image'],
  ['a docker save', [{ path: 'manifest.json', content: saved }], 'image'],
  [
    'a docker save of the first format',
    [
      { path: 'one/layer.tar', content: 'x' },
      { path: 'one/json', content: '{}' },
    ],
    'image',
  ],
  [
    'a tar that skopeo wrote',
    [
      { path: `${digest}.tar`, content: 'x' },
      { path: 'manifest.json', content: saved },
    ],
    'image',
  ],
  [
    'a tar that crane wrote',
    [
      { path: `sha256:${digest}`, content: '{}' },
      { path: 'manifest.json', content: saved },
    ],
    'image',
  ],
  ['a program', [{ path: 'app/server', content: 'x' }], 'files'],
  [
    'a web application',
    [
      { path: 'manifest.json', content: '{"name":"app","icons":[]}' },
      { path: 'index.json', content: '{"posts":[]}' },
      { path: 'index.html', content: '<html>' },
    ],
    'files',
  ],
];

test.each(contents)('%s as a folder', async (_, files, holds) => {
  for (const { path, content = '' } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  expect(await contentOf(folder)).toBe(holds);
});

test.each(contents)('%s as a tar, also behind other files', async (_, files, holds) => {
  const path = join(folder, 'some.tar');
  await writeFile(path, gzipSync(buildTar([{ path: './', type: '5' }, ...files])));
  expect(await contentOf(path)).toBe(holds);
  await writeFile(path, buildTar([{ path: 'README', content: 'read me' }, ...files]));
  expect(await contentOf(path)).toBe(holds);
});

test('what is damaged is an image that cannot be read, never files', async () => {
  const path = join(folder, 'cut.tar');
  await writeFile(path, buildTar([{ path: 'a', content: 'x'.repeat(5000) }]).subarray(0, 3000));
  expect(await contentOf(path)).toBe('image');
  await writeFile(path, 'no tar at all '.repeat(100));
  expect(await contentOf(path)).toBe('image');
});

test('nothing, and an empty folder, are refused', async () => {
  await expect(contentOf(folder)).rejects.toMatchObject({ code: 'SCAN_INCOMPLETE' });
  await expect(contentOf(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'SCAN_INCOMPLETE' });
});

test('it can be broken off', async () => {
  const path = join(folder, 'some.tar');
  await writeFile(path, buildTar([{ path: 'a' }]));
  await expect(contentOf(path, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
});
