import { expect, test } from '@jest/globals';
import { scanImage } from '../../../src/scan/index.ts';
import { secret } from '../scan/secrets.ts';
import { type Descriptor, Layout, memorySource } from './build-image.ts';

// Go reads names in any letter case and takes the last of two; JSON.parse takes the exact one: two images in one document.

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';
const clean = [[{ path: 'etc/hostname', content: 'host' }]];
const platform = { os: 'linux', architecture: 'amd64' };

async function whyNotWhole(layout: Layout, root: Descriptor | string): Promise<string[]> {
  if (typeof root === 'string') layout.files.set('index.json', Buffer.from(root));
  else layout.root([root]);
  const { incomplete } = await scanImage(memorySource(layout.files), [secret()]);
  return incomplete.map(({ why }) => why);
}

const otherCase = 'a name in it has another letter case than the format says, and readers disagree about it';
const twice = 'an object in it has a name twice, and readers disagree which of them counts';

test('a plain image has names of one kind only', async () => {
  const layout = new Layout();
  expect(await whyNotWhole(layout, layout.image(clean, { config: { Labels: { name: 'a', Name: 'b' } } }))).toEqual([]);
});

test.each([
  ['a manifest', { manifest: { Layers: [] } }],
  ['a manifest, by a letter that folds to s', { manifest: { layerſ: [] } }],
])('%s with a name in another case is not verified', async (_, options) => {
  const layout = new Layout();
  expect(await whyNotWhole(layout, layout.image(clean, options))).toEqual([otherCase]);
});

test.each([
  ['an index', { manifests: [], Manifests: [] }],
  ['a descriptor', { manifests: [{ mediaType: 'x', digest: `sha256:${'0'.repeat(64)}`, size: 1, Digest: 'x' }] }],
  [
    'a platform',
    { manifests: [{ mediaType: 'x', digest: `sha256:${'0'.repeat(64)}`, size: 1, platform: { OS: 'a' } }] },
  ],
])('%s with a name in another case is not verified', async (_, index) => {
  expect(await whyNotWhole(new Layout(), JSON.stringify(index))).toContain(otherCase);
});

test.each([
  ['top level', { Rootfs: {} }],
  ['rootfs', { rootfs: { type: 'layers', diff_ids: [], Diff_ids: [] } }],
])('a config with a name in another case at its %s is not verified', async (_, fields) => {
  const layout = new Layout();
  const config = layout.blob({ ...platform, rootfs: {}, ...fields }, 'application/vnd.oci.image.config.v1+json');
  expect(await whyNotWhole(layout, layout.blob({ schemaVersion: 2, config, layers: [] }, manifestType))).toContain(
    otherCase,
  );
});

test('a name that is there twice, also behind an escape, is not verified', async () => {
  for (const text of ['{"a":"x\\"{","a":1}', '{"a":[{"b":1,"\\u0062":2}]}'])
    expect(await whyNotWhole(new Layout(), `{"manifests":[],"annotations":${text}}`)).toContain(twice);
  expect(await whyNotWhole(new Layout(), '{"manifests":[],"annotations":{"a":"\\"b\\":","b":"a"}}')).not.toContain(
    twice,
  );
});

test('what can be read as index and as manifest is not verified', async () => {
  const layout = new Layout();
  const image = layout.image(clean);
  const both = layout.blob({ schemaVersion: 2, manifests: [], layers: [], config: image }, manifestType);
  expect(await whyNotWhole(layout, both)).toContain('it can be read as an image index and as a manifest');
});

test('a document of another kind than its media type is not verified', async () => {
  const layout = new Layout();
  const image = { ...layout.image(clean), mediaType: indexType };
  expect(await whyNotWhole(layout, image)).toContain('it is announced as an image index, and is a manifest');
  const index = { ...layout.index([layout.image(clean)]), mediaType: manifestType };
  expect(await whyNotWhole(layout, index)).toContain('it can be read as an image index and as a manifest');
});

test('white space before a document hides none of its strings', async () => {
  const layout = new Layout();
  const text = `${' '.repeat(1000)}{"schemaVersion":2,"note":"not-a-secret-\\u0037f3a91c2d4e8"}`;
  const image = layout.image(clean);
  layout.root([image, layout.blob(Buffer.from(text), 'application/json')]);
  const { findings } = await scanImage(memorySource(layout.files), [secret()]);
  expect(findings.map(({ secret: name }) => name)).toEqual(['TOKEN']);
});
