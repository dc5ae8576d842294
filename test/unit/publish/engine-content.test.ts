import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { EngineAnswer } from '../../../src/buildx/engine-api.ts';
import { LayersMissing, loadLayout } from '../../../src/publish/store.ts';
import { Layout } from '../image/build-image.ts';
import { type Answers, answering, http } from './answers.ts';
import { withFolders } from './temp-dir.ts';

const store = 'containerd';
const large = randomBytes(100_000).toString('latin1');

interface Placed {
  dir: string;
  root: string;
  manifest: string;
  /** The digests of the large layer and of the small one. */
  layers: [string, string];
}

/** An index of one image, as a build with provenance makes it, with one layer worth leaving out. */
async function withImage(action: (placed: Placed) => Promise<void>): Promise<void> {
  const layout = new Layout();
  const image = layout.image([[{ path: 'large', content: large }], [{ path: 'small', content: 'x' }]], {});
  const root = layout.blob({ schemaVersion: 2, manifests: [image] }, 'application/vnd.oci.image.index.v1+json');
  const manifest = JSON.parse(String(layout.files.get(`blobs/${image.digest.replace(':', '/')}`)));
  await withFolders([tmpdir()], async (dir = '') => {
    await mkdir(join(dir, 'blobs/sha256'), { recursive: true });
    for (const [path, bytes] of layout.files) await writeFile(join(dir, path), bytes);
    await writeFile(join(dir, 'index.json'), JSON.stringify({ manifests: [root] }));
    const [one, two] = manifest.layers as { digest: string }[];
    const layers: [string, string] = [one?.digest ?? '', two?.digest ?? ''];
    await action({ dir, root: root.digest, manifest: image.digest, layers });
  });
}

const absent = http(404, { message: 'No such image' });
const holding = ({ root, manifest }: Placed, available: boolean, id = root): EngineAnswer =>
  http(200, { Id: id, Manifests: [{ ID: manifest, Available: available }] });

function engine(placed: Placed, contents: readonly EngineAnswer[], more: Answers = {}): ReturnType<typeof answering> {
  return answering({
    'GET /v1.48/images/': contents,
    'POST /v1.48/images/load': http(200, '{"stream":"Loaded image"}\n'),
    load: 'Loaded image\n',
    'POST /v1.44/images/': http(201, ''),
    'GET /v1.44/images/': http(200, { Id: placed.root }),
    tag: '',
    'image inspect --format {{len': '0 0\n',
    'image inspect': `${placed.root}\n`,
    'image rm': '',
    ...more,
  });
}

const ordered = 'POST /v1.48/images/load';
const fileOf = (digest: string): string => `blobs/${digest.replace(':', '/')}`;
const loads = (asked: readonly string[]): number =>
  asked.filter((command) => command === 'load' || command.startsWith(ordered)).length;

test('an engine that holds the layers gets only what it lacks, and the name last', () =>
  withImage(async (placed) => {
    const { docker, asked, inputs } = engine(placed, [absent, holding(placed, true)]);
    await expect(loadLayout(docker, placed.dir, ['app'], { store })).resolves.toMatchObject({ id: placed.root });
    const tar = inputs[asked.findIndex((command) => command.startsWith(ordered))]?.toString('latin1') ?? '';
    expect(tar).not.toContain(fileOf(placed.layers[0]));
    expect(tar).toContain(fileOf(placed.layers[1]));
    expect(tar).toContain(fileOf(placed.manifest));
    expect(tar).not.toContain('io.containerd.image.name');
    const { root } = placed;
    expect(asked).toEqual([
      `GET /v1.48/images/${root}/json?manifests=1`,
      'POST /v1.48/images/load?quiet=1',
      `GET /v1.48/images/${root}/json?manifests=1`,
      `POST /v1.44/images/${root}/tag?repo=docker.io%2Flibrary%2Fapp&tag=latest`,
      'GET /v1.44/images/docker.io/library/app:latest/json',
    ]);
  }));

test('an engine that holds the very image is sent nothing', () =>
  withImage(async (placed) => {
    const { docker, asked } = engine(placed, [holding(placed, true)]);
    await expect(loadLayout(docker, placed.dir, ['app'], { store })).resolves.toMatchObject({ id: placed.root });
    expect(loads(asked)).toBe(0);
    expect(asked.some((command) => command.startsWith(`POST /v1.44/images/${placed.root}/tag?`))).toBe(true);
  }));

test.each([
  [
    'of another mind about the tag',
    { 'POST /v1.44/images/': http(400, { message: 'client version 1.44 is too old' }) },
  ],
  ['of another mind about the name', { 'GET /v1.44/images/': http(200, { Id: 'sha256:other' }) }],
  ['without an answer', { 'POST /v1.44/images/': '' }],
])('docker tags where the engine is %s', (_, answers) =>
  withImage(async (placed) => {
    const { docker, asked } = engine(placed, [holding(placed, true)], answers);
    await expect(loadLayout(docker, placed.dir, ['app'], { store })).resolves.toMatchObject({ id: placed.root });
    expect(asked.slice(-2)).toEqual([`tag ${placed.root} app`, 'image inspect --format {{.Id}} app']);
  }),
);

test('a name with a digest is docker’s to refuse', () =>
  withImage(async (placed) => {
    const name = `app@sha256:${'0'.repeat(64)}`;
    const tag = { exitCode: 1, stderr: 'refusing to create a tag with a digest reference' };
    const { docker, asked } = engine(placed, [holding(placed, true)], { tag });
    await expect(loadLayout(docker, placed.dir, [name], { store })).rejects.toMatchObject({ code: 'PUBLISH_FAILED' });
    expect(asked.filter((command) => command.startsWith('POST'))).toEqual([]);
  }));

test.each([
  ['it lacks a layer', (placed: Placed) => [absent, holding(placed, false)], 2],
  ['it does not speak of the manifest', (placed: Placed) => [absent, http(200, { Id: placed.root, Manifests: [] })], 2],
  ['it speaks of another image', (placed: Placed) => [absent, holding(placed, true, 'sha256:other')], 2],
  ['it has no answer afterwards', () => [absent, http(500, 'Oh')], 2],
  ['it holds a part of the image', (placed: Placed) => [holding(placed, false)], 1],
  ['it is too old to be asked', () => [http(400, { message: 'client version 1.48 is too new' })], 1],
  ['it says nothing that is understood', () => [http(200, 'hello')], 1],
] as const)('an engine of which %s is sent all of it', (_, contents, times) =>
  withImage(async (placed) => {
    const { docker, asked, inputs } = engine(placed, contents(placed));
    await expect(loadLayout(docker, placed.dir, ['app'], { store })).resolves.toMatchObject({ id: placed.root });
    expect(loads(asked)).toBe(times);
    const tar = inputs[asked.lastIndexOf('load')]?.toString('latin1') ?? '';
    expect(tar).toContain(fileOf(placed.layers[0]));
    expect(tar).toContain('"io.containerd.image.name":"docker.io/library/app:latest"');
    // what could not be made whole does not stay behind without a name
    expect(asked.includes(`image rm ${placed.root}`)).toBe(times === 2);
    expect(asked.some((command) => /^tag|\/tag\?/.test(command))).toBe(false);
  }),
);

test.each([
  '{"stream":"Loaded image\\n"}\n{"stream":"Error unpacking image app: not found\\n"}\n',
  '{"errorDetail":{"message":"no space left on device"},"error":"no space left on device"}\n',
])('an engine that could not take the small parts is sent all of it: %s', (words) =>
  withImage(async (placed) => {
    const answers = { [ordered]: http(200, words) };
    const { docker, asked } = engine(placed, [absent, holding(placed, true)], answers);
    await loadLayout(docker, placed.dir, ['app'], { store });
    expect(loads(asked)).toBe(2);
  }),
);

test('a tag that ends on another image than the one that the engine held is a mismatch', () =>
  withImage(async (placed) => {
    const { docker } = engine(placed, [holding(placed, true)], {
      'GET /v1.44/images/': http(200, { Id: 'sha256:other' }),
      'image inspect': 'sha256:other\n',
    });
    await expect(loadLayout(docker, placed.dir, ['app'], { store })).rejects.toMatchObject({
      code: 'PUBLISH_MISMATCH',
    });
  }));

test('what is in neither the layout nor the engine is never loaded in part', () =>
  withImage(async (placed) => {
    for (const contents of [[absent, holding(placed, false)], [http(400, {})]]) {
      const { docker, asked } = engine(placed, contents);
      const load = loadLayout(docker, placed.dir, ['app'], { store, withheld: true });
      await expect(load).rejects.toBeInstanceOf(LayersMissing);
      expect(asked.some((command) => /^tag|\/tag\?/.test(command))).toBe(false);
      expect(loads(asked)).toBe(contents.length - 1);
    }
  }));

test('whether the engine held the layers before is told', () =>
  withImage(async (placed) => {
    const load = (contents: readonly EngineAnswer[]) =>
      loadLayout(engine(placed, contents).docker, placed.dir, ['app'], { store });
    await expect(load([absent, holding(placed, true)])).resolves.toMatchObject({ heldBefore: true });
    await expect(load([absent, holding(placed, false)])).resolves.toMatchObject({ heldBefore: false });
  }));
