import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import type { ScanOptions } from '../../../src/scan/index.ts';
import { scanImage } from '../../../src/scan/index.ts';
import { Layout, memorySource, sha256 } from '../image/build-image.ts';
import { buildTar } from '../image/build-tar.ts';
import { secret, token } from './secrets.ts';

const files = [{ path: 'a', content: 'clean' }];
const noise = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251));

async function whys(layout: Layout, options: ScanOptions = {}): Promise<string[]> {
  const { incomplete } = await scanImage(memorySource(layout.files), [secret()], options);
  return incomplete.map(({ why }) => why);
}

/** A layout with one image of one layer, and the path of the layer's blob. */
function oneLayer(compress: (tar: Buffer) => Buffer = gzipSync): { layout: Layout; layer: string } {
  const layout = new Layout();
  layout.root([layout.image([files], { compress })]);
  return { layout, layer: `blobs/${sha256(compress(buildTar(files))).replace(':', '/')}` };
}

test('a blob whose content is not what its name says', async () => {
  const { layout, layer } = oneLayer();
  layout.files.set(layer, gzipSync(buildTar([{ path: 'b', content: 'other' }])));
  expect(await whys(layout)).toContain('its content does not have the digest that its name says');
});

test('a blob that nothing refers to is checked against its name too', async () => {
  const { layout } = oneLayer();
  layout.files.set(`blobs/sha256/${'0'.repeat(64)}`, Buffer.from('x'));
  expect(await whys(layout)).toEqual(['its content does not have the digest that its name says']);
});

test('a blob under a digest algorithm that is not known', async () => {
  const { layout } = oneLayer();
  layout.files.set('blobs/md5/d41d8cd98f00b204e9800998ecf8427e', Buffer.alloc(0));
  expect(await whys(layout)).toEqual(['its digest algorithm is not known']);
});

test('a layer that is referred to and not there', async () => {
  const { layout, layer } = oneLayer();
  layout.files.delete(layer);
  expect(await whys(layout)).toEqual(expect.arrayContaining(['the image refers to it, but it is not there']));
});

test('a size that is not the one announced', async () => {
  const layout = new Layout();
  const image = layout.image([files]);
  expect(await whys(layout.root([{ ...image, size: image.size + 1 }]))).toEqual(['its size is not the one announced']);
});

test.each([
  ['cut off', (tar: Buffer) => gzipSync(tar).subarray(0, -4), 'the gzip data is cut off'],
  ['cut off within deflate', (tar: Buffer) => gzipSync(tar).subarray(0, -20), 'the compressed data is cut off'],
  [
    'with a tail',
    (tar: Buffer) => Buffer.concat([gzipSync(tar), noise]),
    'there are bytes behind the end of the gzip data',
  ],
  ['of which the tar is cut off', (tar: Buffer) => gzipSync(tar.subarray(0, 514)), 'the tar ends inside a member'],
  [
    'whose tar is not the one that the config names',
    () => zstdOf(buildTar([{ path: 'other' }])),
    'the layer is not the one that the image config names',
  ],
  [
    'whose uncompressed tar is not the one that the config names',
    () => buildTar([{ path: 'other' }]),
    'the layer is not the one that the image config names',
  ],
  ['in an unknown compression', () => noise, 'the layer is no tar in a compression that is known'],
  ['of gzip that holds no tar', () => gzipSync(noise), 'the layer is no tar in a compression that is known'],
])('a layer %s', async (_, compress, why) => {
  expect(await whys(oneLayer(compress).layout)).toContain(why);
});

/** One frame of one block that is stored as it is (RFC 8878, 3.1.1). */
function zstdOf(bytes: Buffer): Buffer {
  const header = Buffer.from('28b52ffda000000000', 'hex');
  header.writeUInt32LE(bytes.length, 5);
  const block = Buffer.alloc(4);
  block.writeUInt32LE((bytes.length << 3) | 1);
  return Buffer.concat([header, block.subarray(0, 3), bytes]);
}

test.each([
  ['two gzip members', (tar: Buffer) => Buffer.concat([gzipSync(tar.subarray(0, 700)), gzipSync(tar.subarray(700))])],
  ['no compression', (tar: Buffer) => tar],
])('a layer of %s is the one that the config names', async (_, compress) => {
  expect(await whys(oneLayer(compress).layout)).toEqual([]);
});

test('a leak in a broken layer is found all the same', async () => {
  const layout = new Layout();
  const compress = (tar: Buffer): Buffer => gzipSync(tar).subarray(0, -4);
  layout.root([layout.image([[{ path: 'a', content: token }]], { compress })]);
  const { findings } = await scanImage(memorySource(layout.files), [secret()]);
  expect(findings).toEqual([expect.objectContaining({ location: expect.objectContaining({ path: 'a' }) })]);
});

test('an uncompressed layer that is not the one of the config', async () => {
  const layout = new Layout();
  const image = layout.image([files], { compress: () => buildTar([{ path: 'b', content: 'other' }]) });
  expect(await whys(layout.root([image]))).toEqual(['the layer is not the one that the image config names']);
});

test('an archive without an image', async () => {
  const layout = new Layout();
  expect(await whys(layout)).toEqual(['there is no image in it: neither index.json nor manifest.json']);
  expect(await whys(layout.root([]))).toEqual(['there is no image in it']);
  expect((await scanImage(memorySource(new Map()), [secret()])).incomplete.length).toBeGreaterThan(0);
});

test('a platform that is not there, unless only another one was asked for', async () => {
  const layout = new Layout();
  const here = layout.image([files]);
  const elsewhere = {
    ...here,
    digest: sha256(Buffer.from('x')),
    platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
  };
  layout.root([layout.index([here, elsewhere])]);
  const all = await scanImage(memorySource(layout.files), [secret()]);
  expect(all.absentPlatforms).toEqual(['linux/arm64/v8']);
  expect(all.incomplete).toHaveLength(1);
  const one = await scanImage(memorySource(layout.files), [secret()], { platform: 'linux/amd64' });
  expect(one).toMatchObject({ absentPlatforms: ['linux/arm64/v8'], incomplete: [] });
  expect(await whys(layout, { platform: 'linux/arm64' })).toHaveLength(2);
});

test('a manifest that is no JSON', async () => {
  const layout = new Layout();
  layout.root([layout.blob(noise, 'application/vnd.oci.image.manifest.v1+json')]);
  expect(await whys(layout)).toContain('it is announced as a manifest, but cannot be read as one');
});

test('a broken gzip file inside a layer is counted, and is not incomplete', async () => {
  const layout = new Layout();
  layout.root([layout.image([[{ path: 'testdata/cut.gz', content: gzipSync(token).subarray(0, -6) }]])]);
  const { findings, incomplete, coverage } = await scanImage(memorySource(layout.files), [secret()]);
  expect(findings).toHaveLength(1);
  expect(incomplete).toEqual([]);
  expect(coverage.damaged.count).toBe(1);
  expect(coverage.damaged.examples[0]!.where).toContain('testdata/cut.gz');
});

test('wrappers that are nested too deeply', async () => {
  let content: Buffer = Buffer.from(token);
  for (let depth = 0; depth < 12; depth++) content = gzipSync(content);
  const layout = new Layout();
  layout.root([layout.image([[{ path: 'onion.gz', content }]])]);
  expect(await whys(layout)).toEqual(['wrappers are nested deeper than the limit (scan.depth, 10)']);
  expect(await whys(layout, { limits: { maxDepth: 20 } })).toEqual([]);
});

test('a file that decodes to more than the limit', async () => {
  const layout = new Layout();
  layout.root([layout.image([[{ path: 'bomb.gz', content: gzipSync(Buffer.alloc(8_000_000)) }]])]);
  const { incomplete, coverage } = await scanImage(memorySource(layout.files), [secret()], {
    limits: { maxStreamBytes: 1_000_000 },
  });
  expect(incomplete.map(({ why }) => why)).toEqual([
    'it decodes to more than the limit (scan.max-file-bytes, 1000000 bytes)',
  ]);
  expect(coverage.decodedBytes).toBeLessThan(2_000_000);
});

test('an image that decodes to more than the limit', async () => {
  const layout = new Layout();
  layout.root([layout.image([[{ path: 'zeros', content: Buffer.alloc(8_000_000) }]])]);
  expect(await whys(layout, { limits: { maxTotalBytes: 1_000_000 } })).toContain(
    'it decodes to more than the limit (scan.max-total-bytes, 1000000 bytes)',
  );
});

test('JSON that is too large to be decoded', async () => {
  const layout = new Layout();
  layout.root([layout.image([files], { config: { Labels: { a: 'x'.repeat(5000) } } })]);
  expect(await whys(layout, { limits: { maxJsonBytes: 4000 } })).toContain(
    'it is JSON of more than 4000 bytes, too large for decoding its strings',
  );
});

test('findings beyond the limit are counted', async () => {
  const layout = new Layout();
  const many = Array.from({ length: 8 }, (_, i) => ({ path: `f${i}`, content: token }));
  layout.root([layout.image([many])]);
  const { findings, coverage } = await scanImage(memorySource(layout.files), [secret()], {
    limits: { maxFindings: 5 },
  });
  expect(findings).toHaveLength(5);
  expect(coverage.hitsLeftOut).toBe(3);
});

test('an abort ends the scan and closes the source', async () => {
  const { layout } = oneLayer();
  const source = memorySource(layout.files, 'image', 10);
  const controller = new AbortController();
  const onProgress = ({ storedBytes }: { storedBytes: number }): void => {
    if (storedBytes > 50) controller.abort(new Error('stopped'));
  };
  await expect(scanImage(source, [secret()], { signal: controller.signal, onProgress })).rejects.toThrow('stopped');
  expect(source.closed).toBe(true);
});
