import { expect, test } from '@jest/globals';
import { scanImage } from '../../../src/scan/index.ts';
import { memorySource, sha256 } from '../image/build-image.ts';
import { buildTar } from '../image/build-tar.ts';
import { secret, token } from './secrets.ts';

/** The files of a `docker save` before Docker 25: layers in folders, the config under its digest. */
function save(): Map<string, Buffer> {
  const layers = [buildTar([{ path: 'etc/key', content: token }]), buildTar([{ path: 'etc/.wh.key' }])];
  const config = Buffer.from(
    JSON.stringify({
      os: 'linux',
      architecture: 'arm64',
      variant: 'v8',
      rootfs: { diff_ids: layers.map(sha256) },
      history: [{ created_by: 'RUN one' }, { created_by: 'RUN two' }],
    }),
  );
  const name = `${sha256(config).slice('sha256:'.length)}.json`;
  const manifest = [{ Config: name, RepoTags: null, Layers: ['one/layer.tar', 'two/layer.tar'] }];
  return new Map([
    ['one/layer.tar', layers[0]!],
    ['two/layer.tar', layers[1]!],
    [name, config],
    ['manifest.json', Buffer.from(JSON.stringify(manifest))],
  ]);
}

test('a save without an index is walked by manifest.json', async () => {
  const files = save();
  const { findings, incomplete, identity } = await scanImage(memorySource(files), [secret()]);
  expect(incomplete).toEqual([]);
  expect(findings.map(({ location }) => location)).toEqual([
    expect.objectContaining({
      platform: 'linux/arm64/v8',
      layer: 1,
      layers: 2,
      path: 'etc/key',
      visible: false,
      createdBy: 'RUN one',
    }),
  ]);
  expect(identity.indexDigest).toBeUndefined();
  expect(identity.manifests).toEqual([
    expect.objectContaining({ platform: 'linux/arm64/v8', configDigest: expect.stringMatching(/^sha256:/) }),
  ]);
  expect(identity.manifests[0]!.layers.map(({ diffId }) => diffId)).toEqual([
    sha256(files.get('one/layer.tar')!),
    sha256(files.get('two/layer.tar')!),
  ]);
});

test('a layer or config that is missing or exchanged is incomplete', async () => {
  const whys = async (files: Map<string, Buffer>): Promise<string[]> =>
    (await scanImage(memorySource(files), [secret()])).incomplete.map(({ why }) => why);
  const missing = save();
  missing.delete('two/layer.tar');
  expect(await whys(missing)).toContain('a layer that it names is not there');
  const exchanged = save();
  exchanged.set('one/layer.tar', buildTar([{ path: 'clean' }]));
  expect(await whys(exchanged)).toEqual(['the layer is not the one that the image config names']);
  const config = save();
  const name = [...config.keys()].find((path) => /^[0-9a-f]{64}/.test(path))!;
  config.set(name, Buffer.concat([config.get(name)!, Buffer.from(' ')]));
  expect(await whys(config)).toEqual(['its content does not have the digest that its name says']);
});
