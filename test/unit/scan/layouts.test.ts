import { expect, test } from '@jest/globals';
import { scanImage } from '../../../src/scan/index.ts';
import { Layout, memorySource } from '../image/build-image.ts';
import { secret, token } from './secrets.ts';

const leaking = [{ path: 'etc/key', content: token }];
const clean = [{ path: 'etc/motd', content: 'hello' }];

test('indexes within indexes are followed, and too many of them are incomplete', async () => {
  const nested = (depth: number): Layout => {
    const layout = new Layout();
    let root = layout.image([leaking], { platform: 'linux/arm64' });
    for (let level = 0; level < depth; level++) root = layout.index([root]);
    return layout.root([root]);
  };
  const { findings, incomplete } = await scanImage(memorySource(nested(5).files), [secret()]);
  expect(incomplete).toEqual([]);
  expect(findings.map(({ location }) => location)).toEqual([expect.objectContaining({ platform: 'linux/arm64' })]);
  const deep = await scanImage(memorySource(nested(20).files), [secret()]);
  expect(deep.findings).toHaveLength(1);
  expect(deep.incomplete.map(({ why }) => why)).toContain('the image indexes are nested too deeply');
});

test('two images without tags are both walked', async () => {
  const layout = new Layout();
  layout.root([layout.image([leaking, clean]), layout.image([clean, leaking])]);
  const { findings, incomplete, identity } = await scanImage(memorySource(layout.files), [secret()]);
  expect(incomplete).toEqual([]);
  expect(identity.indexDigest).toBeUndefined();
  expect(identity.manifests).toHaveLength(2);
  expect(findings.map(({ location }) => 'layer' in location && location.layer).sort()).toEqual([1, 2]);
});

test('a blob that nothing refers to is searched, and counted', async () => {
  const layout = new Layout();
  layout.image([leaking]);
  layout.root([layout.image([clean])]);
  const { findings, incomplete, coverage } = await scanImage(memorySource(layout.files), [secret()]);
  expect(incomplete).toEqual([]);
  // manifest, config and layer of the other image
  expect(coverage.unreferenced).toBe(3);
  expect(findings.map(({ location }) => location)).toEqual([
    expect.objectContaining({ place: 'blob', path: 'etc/key' }),
  ]);
});

test('an attestation in an outer index has the platform of its image in an inner one', async () => {
  const layout = new Layout();
  const image = layout.image([clean], { platform: 'linux/arm64' });
  layout.root([layout.index([image]), layout.attestation(image, { predicate: token })]);
  const { findings } = await scanImage(memorySource(layout.files), [secret()]);
  expect(findings.map(({ location }) => location)).toEqual([
    expect.objectContaining({ place: 'attestation', platform: 'linux/arm64' }),
  ]);
});

test('a signature that cosign saved as an image of JSON is no broken image', async () => {
  const layout = new Layout();
  const payload = layout.blob({ critical: token }, 'application/vnd.dev.cosign.simplesigning.v1+json');
  const config = layout.blob({ config: {} }, 'application/vnd.oci.image.config.v1+json');
  const signature = layout.blob(
    { schemaVersion: 2, config, layers: [payload] },
    'application/vnd.oci.image.manifest.v1+json',
  );
  const { findings, incomplete } = await scanImage(memorySource(layout.root([signature]).files), [secret()]);
  expect(incomplete).toEqual([]);
  expect(findings.map(({ location }) => location)).toEqual([expect.objectContaining({ place: 'attestation' })]);
});
