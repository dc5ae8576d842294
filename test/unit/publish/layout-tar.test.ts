import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { extract } from 'tar-stream';
import { layoutTar, rootDescriptor } from '../../../src/publish/layout-tar.ts';
import { Layout } from '../image/build-image.ts';
import { withFolders } from './temp-dir.ts';

async function writeLayout(dir: string, layout: Layout): Promise<void> {
  await mkdir(join(dir, 'blobs/sha256'), { recursive: true });
  for (const [path, bytes] of layout.files) await writeFile(join(dir, path), bytes);
}

async function filesOf(tar: AsyncIterable<Uint8Array>): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for await (const entry of Readable.from(tar).pipe(extract())) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk);
    files.set(entry.header.name, Buffer.concat(chunks));
  }
  return files;
}

const json = (bytes: Buffer | undefined): unknown => JSON.parse(String(bytes));

function oneImage(): { layout: Layout; root: ReturnType<Layout['image']> } {
  const layout = new Layout();
  const root = layout.image([[{ path: 'app', content: Buffer.alloc(2_500_000, 'not a secret') }]]);
  return { layout, root };
}

test('every blob goes out as it lies there, under the given names and no other', () =>
  withFolders([tmpdir()], async (dir = '') => {
    const { layout, root } = oneImage();
    await writeLayout(dir, layout);
    const named = { ...root, annotations: { 'io.containerd.image.name': 'docker.io/evil/name:1' } };
    const files = await filesOf(layoutTar(dir, named, ['app', 'localhost:5000/app:2']));
    for (const [path, bytes] of layout.files) {
      if (path.startsWith('blobs/')) expect(files.get(path)?.equals(bytes)).toBe(true);
    }
    const { digest, mediaType, size } = root;
    expect(json(files.get('index.json'))).toMatchObject({
      schemaVersion: 2,
      manifests: [
        { digest, mediaType, size, annotations: { 'io.containerd.image.name': 'docker.io/library/app:latest' } },
        { digest, mediaType, size, annotations: { 'io.containerd.image.name': 'localhost:5000/app:2' } },
      ],
    });
    expect(files.has('manifest.json')).toBe(false);
  }));

test('an image without a name has no annotation that would give it one', () =>
  withFolders([tmpdir()], async (dir = '') => {
    const { layout, root } = oneImage();
    await writeLayout(dir, layout);
    const files = await filesOf(layoutTar(dir, { ...root, annotations: { 'io.containerd.image.name': 'x' } }, []));
    expect(JSON.stringify(json(files.get('index.json')))).not.toContain('annotations');
  }));

test('an engine that knows no layouts finds its own manifest first', () =>
  withFolders([tmpdir()], async (dir = '') => {
    const { layout, root } = oneImage();
    await writeLayout(dir, layout);
    const legacy = { Config: 'blobs/sha256/1', RepoTags: ['app:1'], Layers: ['blobs/sha256/2'] };
    const files = await filesOf(layoutTar(dir, root, ['app:1'], { legacy }));
    expect(json(files.get('manifest.json'))).toEqual([legacy]);
    expect([...files.keys()].slice(0, 3)).toEqual(['oci-layout', 'index.json', 'manifest.json']);
  }));

test('a layout that cannot be read breaks the stream instead of ending it', () =>
  withFolders([tmpdir()], async (dir = '') => {
    const { root } = oneImage();
    const drain = async (): Promise<void> => {
      for await (const _ of layoutTar(dir, root, []));
    };
    await expect(drain()).rejects.toThrow();
  }));

test.each([
  [[], 'none'],
  [['sha256:1', 'sha256:2'], 'two different ones'],
])('of %j there is no single image', (digests) =>
  withFolders([tmpdir()], async (dir = '') => {
    const manifests = digests.map((digest) => ({ mediaType: 'x', digest, size: 1 }));
    await writeFile(join(dir, 'index.json'), JSON.stringify({ manifests }));
    await expect(rootDescriptor(dir)).rejects.toMatchObject({ code: 'SCAN_INCOMPLETE' });
  }),
);

test('several names of one image are one image', () =>
  withFolders([tmpdir()], async (dir = '') => {
    const entry = { mediaType: 'x', digest: 'sha256:1', size: 1 };
    const manifests = [
      { ...entry, annotations: { name: 'a' } },
      { ...entry, annotations: { name: 'b' } },
    ];
    await writeFile(join(dir, 'index.json'), JSON.stringify({ manifests }));
    expect((await rootDescriptor(dir)).digest).toBe('sha256:1');
  }));
