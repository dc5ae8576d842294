import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadLayout, tagImage } from '../../../src/publish/store.ts';
import { dropImage, untaggedImages } from '../../../src/publish/untagged.ts';
import { Layout } from '../image/build-image.ts';
import { type Answers, answering } from './answers.ts';
import { withFolders } from './temp-dir.ts';

const containerd = '[["driver-type","io.containerd.snapshotter.v1"]]';
const graphdriver = '[["Backing Filesystem","extfs"]]';

async function withLayout(
  action: (dir: string, root: string, config: string) => Promise<void>,
  images = 1,
): Promise<void> {
  const layout = new Layout();
  const roots = Array.from({ length: images }, (_, index) =>
    layout.image([[{ path: `app${index}`, content: 'not a secret' }]], {
      platform: index === 0 ? 'linux/amd64' : 'linux/arm64',
    }),
  );
  const manifest = JSON.parse(String(layout.files.get(`blobs/${roots[0]?.digest.replace(':', '/')}`)));
  const index = 'application/vnd.oci.image.index.v1+json';
  const root = images === 1 ? roots[0] : layout.blob({ schemaVersion: 2, manifests: roots }, index);
  await withFolders([tmpdir()], async (dir = '') => {
    await mkdir(join(dir, 'blobs/sha256'), { recursive: true });
    for (const [path, bytes] of layout.files) await writeFile(join(dir, path), bytes);
    await writeFile(join(dir, 'index.json'), JSON.stringify({ manifests: [root] }));
    await action(dir, root?.digest ?? '', manifest.config.digest);
  });
}

const engine = (store: string, id: string, more: Answers = {}): Answers => ({
  'info --format': store,
  load: 'Loaded image: app:latest\n',
  'image inspect --format {{.Id}} app app:2': `${id}\n${id}\n`,
  'image inspect': `${id}\n`,
  ...more,
});

test('with the containerd store the id of the loaded image is the proved digest', () =>
  withLayout(async (dir, root) => {
    const { docker, asked } = answering(engine(containerd, root));
    await expect(loadLayout(docker, dir, ['app', 'app:2'])).resolves.toMatchObject({ id: root });
    expect(asked).toEqual([expect.stringMatching(/^info/), 'load', 'image inspect --format {{.Id}} app app:2']);
  }));

test('an engine whose store is known is not asked for it', () =>
  withLayout(async (dir, root, config) => {
    const { docker, asked } = answering(engine('none', root));
    await expect(loadLayout(docker, dir, ['app'], { store: 'containerd' })).resolves.toMatchObject({ id: root });
    const other = answering(engine('none', config));
    await expect(loadLayout(other.docker, dir, ['app'], { store: 'graphdriver' })).resolves.toMatchObject({
      id: config,
    });
    expect([...asked, ...other.asked].filter((command) => command.startsWith('info'))).toEqual([]);
  }));

test.each([1, 2])('of several names each must lead to the proved image: name %d does not', (wrong) =>
  withLayout(async (dir, root) => {
    const ids = [1, 2].map((name) => (name === wrong ? 'sha256:other' : root)).join('\n');
    const { docker } = answering({ load: '', 'image inspect': `${ids}\n` });
    await expect(loadLayout(docker, dir, ['app', 'app:2'], { store: 'containerd' })).rejects.toMatchObject({
      code: 'PUBLISH_MISMATCH',
      message: expect.stringContaining(wrong === 1 ? 'app is not' : 'app:2 is not'),
    });
  }),
);

test('with the graphdriver store it is the digest of the config', () =>
  withLayout(async (dir, _, config) => {
    const { docker, inputs, asked } = answering(engine(graphdriver, config));
    await expect(loadLayout(docker, dir, ['localhost:5000/app'])).resolves.toMatchObject({ id: config });
    const tar = inputs[asked.indexOf('load')]?.toString('latin1');
    expect(tar).toContain(`"RepoTags":["localhost:5000/app:latest"]`);
    expect(tar).toContain(`"Config":"blobs/${config.replace(':', '/')}"`);
  }));

test('an engine that ends up with another image is a mismatch', () =>
  withLayout(async (dir) => {
    const { docker } = answering(engine(containerd, 'sha256:other'));
    await expect(loadLayout(docker, dir, ['app'])).rejects.toMatchObject({ code: 'PUBLISH_MISMATCH' });
    await expect(loadLayout(docker, dir, [])).rejects.toMatchObject({ code: 'PUBLISH_MISMATCH' });
  }));

test('a refused load has docker’s own words', () =>
  withLayout(async (dir, root) => {
    const { docker } = answering(
      engine(containerd, root, { load: { exitCode: 1, stderr: 'no space left on device\n' } }),
    );
    await expect(loadLayout(docker, dir, ['app'])).rejects.toMatchObject({
      code: 'PUBLISH_FAILED',
      message: expect.stringContaining('no space left'),
    });
  }));

test('a load that is interrupted is no failure of docker’s', () =>
  withLayout(async (dir, root) => {
    const { docker } = answering(engine(containerd, root, { load: { exitCode: 130, stderr: '' } }));
    const load = loadLayout(docker, dir, ['app'], { signal: AbortSignal.abort(), store: 'containerd' });
    await expect(load).rejects.toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
  }));

test('two platforms do not fit the graphdriver store, and nothing is loaded', () =>
  withLayout(async (dir, root) => {
    const { docker, asked } = answering(engine(graphdriver, root));
    await expect(loadLayout(docker, dir, ['app'])).rejects.toMatchObject({ code: 'PUBLISH_FAILED' });
    expect(asked).not.toContain('load');
  }, 2));

test('a tag that does not lead to the proved image is a mismatch', async () => {
  const { docker } = answering({ 'tag sha256:1 app': '', 'image inspect': 'sha256:2\n' });
  await expect(tagImage(docker, 'sha256:1', ['app'])).rejects.toMatchObject({ code: 'PUBLISH_MISMATCH' });
});

test('only an image that is ours and has neither tag nor digest is removed', async () => {
  const removed = async (id: string, names: string): Promise<boolean> => {
    const { docker, asked } = answering({ 'image inspect': `${names}\n`, 'image rm': '' });
    expect(await dropImage(docker, id, new Set(['sha256:before']))).toBe(true);
    return asked.includes(`image rm ${id}`);
  };
  expect(await removed('sha256:1', '0 0')).toBe(true);
  expect(await removed('sha256:1', '1 0')).toBe(false);
  expect(await removed('sha256:1', '0 1')).toBe(false);
  expect(await removed('sha256:before', '0 0')).toBe(false);
});

test('images without a tag are listed by their full ids', async () => {
  const { docker } = answering({ 'image ls': 'sha256:1\nsha256:2\n' });
  expect(await untaggedImages(docker)).toEqual(new Set(['sha256:1', 'sha256:2']));
});
