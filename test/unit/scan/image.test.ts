import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import type { ScanOptions, ScanResult } from '../../../src/scan/index.ts';
import { scanImage } from '../../../src/scan/index.ts';
import { Layout, memorySource } from '../image/build-image.ts';
import { buildTar } from '../image/build-tar.ts';
import { secret, token } from './secrets.ts';

const clean = [[{ path: 'etc/hostname', content: 'host' }], [{ path: 'app/index.js', content: 'process.env.TOKEN' }]];

function scan(layout: Layout, options: ScanOptions = {}): Promise<ScanResult> {
  return scanImage(memorySource(layout.files), [secret()], options);
}

/** A layout with one image. */
function layoutOf(...image: Parameters<Layout['image']>): Layout {
  const layout = new Layout();
  return layout.root([layout.image(...image)]);
}

test('a clean image has no findings, is complete, and says what was looked at', async () => {
  const layout = new Layout();
  const image = layout.image(clean);
  const result = await scan(layout.root([layout.index([image, layout.attestation(image, { predicate: {} })])]));
  expect(result).toMatchObject({ findings: [], incomplete: [], absentPlatforms: [] });
  expect(result.coverage).toMatchObject({
    layers: 2,
    configs: 1,
    attestations: 1,
    unreferenced: 0,
    platforms: ['linux/amd64'],
    files: 2,
    opened: { gzip: 2, tar: 2 },
    secrets: ['TOKEN'],
  });
  expect(result.coverage.storedBytes).toBe([...layout.files.values()].reduce((sum, bytes) => sum + bytes.length, 0));
});

test('the identity names the digests that were proved', async () => {
  const layout = new Layout();
  const image = layout.image([clean[0]!]);
  const index = layout.index([image]);
  const { identity } = await scan(layout.root([index]));
  expect(identity).toMatchObject({
    indexDigest: index.digest,
    manifests: [{ platform: 'linux/amd64', digest: image.digest }],
  });
  const [layer] = identity.manifests[0]!.layers;
  expect(layout.files.has(`blobs/${layer!.digest.replace(':', '/')}`)).toBe(true);
  expect(layer!.diffId).toMatch(/^sha256:/);
});

test('a secret in a file that a later layer deletes is found in the lower layer', async () => {
  const layers = [
    [{ path: 'root/.npmrc', content: `//registry.example.com/:_authToken=${token}` }],
    [{ path: 'root/.wh..npmrc' }],
  ];
  const { findings } = await scan(layoutOf(layers));
  expect(findings).toEqual([
    expect.objectContaining({
      rule: 'leak',
      level: 'error',
      secret: 'TOKEN',
      location: expect.objectContaining({
        place: 'layer',
        platform: 'linux/amd64',
        layer: 1,
        layers: 2,
        path: 'root/.npmrc',
        offset: 35,
        visible: false,
        createdBy: 'COPY layer 1',
      }),
    }),
  ]);
  expect(findings[0]!.form).toBeUndefined();
});

test('many hits in one file are one finding', async () => {
  const { findings } = await scan(layoutOf([[{ path: 'log', content: `${token}\n`.repeat(500) }]]));
  expect(findings).toHaveLength(1);
  expect(findings[0]!.message).toContain('500 times');
});

test('an encoded value in an archive in a layer is found, with its chain', async () => {
  const inner = buildTar([{ path: 'conf/app.json', content: Buffer.from(`user:${token}`).toString('base64') }]);
  const { findings } = await scan(layoutOf([[{ path: 'srv/app.tar.gz', content: gzipSync(inner) }]]));
  expect(findings).toEqual([
    expect.objectContaining({
      form: ['gzip', 'tar conf/app.json', 'base64'],
      location: expect.objectContaining({ path: 'srv/app.tar.gz', visible: true }),
    }),
  ]);
});

test('values in ENV, ONBUILD, labels and history are found by JSON pointer, and the history is masked', async () => {
  const layout = layoutOf(clean, {
    config: { Env: ['PATH=/bin', `TOKEN=${token}`], OnBuild: [`RUN curl ${token}`], Labels: { [`a/${token}`]: '1' } },
    history: [
      { created_by: 'COPY a' },
      { created_by: `ARG TOKEN=${token}`, empty_layer: true },
      { created_by: 'COPY b' },
    ],
  });
  const { findings } = await scan(layout);
  expect(findings.map(({ location }) => location)).toEqual([
    expect.objectContaining({ place: 'config', path: '/config/Env/1' }),
    expect.objectContaining({ place: 'config', path: '/config/OnBuild/0' }),
    expect.objectContaining({ place: 'config', path: '/config/Labels/a~1***' }),
    expect.objectContaining({ place: 'config', path: '/history/1/created_by', createdBy: 'ARG TOKEN=***' }),
  ]);
});

test('no value reaches the result, whatever it names', async () => {
  const layout = layoutOf([[{ path: `dir-${token}/${token}.txt`, content: token }]], {
    history: [{ created_by: `COPY ${token} /` }],
    config: { Labels: { [token]: token } },
    platform: `linux/${token}`,
  });
  layout.files.set(`blobs/${token}`, Buffer.from('x'));
  layout.files.set(`blobs/sha256/${token}`, gzipSync(token).subarray(0, 20));
  const result = await scan(layout);
  expect(result.findings.length).toBeGreaterThan(3);
  expect(result.incomplete.length).toBeGreaterThan(0);
  expect(JSON.stringify(result)).not.toContain(token);
});

test('a value with characters that a JSON pointer escapes is hidden where it is a name', async () => {
  const value = 'not/a/secret~7f3a91/c2d4e8';
  const layout = layoutOf(clean, { config: { Labels: { [value]: '1' }, Volumes: { [`/data/${value}`]: {} } } });
  const { findings } = await scanImage(memorySource(layout.files), [secret('TOKEN', value)]);
  expect(findings.map(({ location }) => location)).toEqual([
    expect.objectContaining({ path: '/config/Labels/***' }),
    expect.objectContaining({ path: '/config/Volumes/~1data~1***' }),
  ]);
  expect(JSON.stringify(findings)).not.toMatch(/7f3a91|c2d4e8/);
});

test('provenance is searched through base64 and JSON within strings', async () => {
  const layout = new Layout();
  const image = layout.image(clean);
  const escaped = JSON.stringify({ a: [token] }).replace('-', '\\u002d');
  const statement = { predicate: { args: Buffer.from(escaped).toString('base64') } };
  const { findings } = await scan(layout.root([layout.index([image, layout.attestation(image, statement)])]));
  expect(findings).toEqual([
    expect.objectContaining({
      form: ['base64', 'json'],
      location: expect.objectContaining({ place: 'attestation', platform: 'linux/amd64', path: '/predicate/args' }),
    }),
  ]);
});

test('annotations of index and manifest are searched', async () => {
  const layout = new Layout();
  const image = layout.image(clean, { manifest: { annotations: { note: token } } });
  const { findings } = await scan(
    layout.root([{ ...image, annotations: { 'org.opencontainers.image.ref.name': token } }]),
  );
  expect(findings.map(({ location }) => location)).toEqual([
    expect.objectContaining({ place: 'manifest', path: '/annotations/note' }),
    expect.objectContaining({ place: 'index', path: '/manifests/0/annotations/org.opencontainers.image.ref.name' }),
  ]);
});

test('every platform is searched, and a shared layer is told for each', async () => {
  const layout = new Layout();
  const shared = [{ path: 'key', content: token }];
  const images = ['linux/amd64', 'linux/arm64'].map((platform) => layout.image([shared], { platform }));
  const { findings } = await scan(layout.root([layout.index(images)]));
  expect(findings.map(({ location }) => location)).toEqual([
    expect.objectContaining({ platform: 'linux/amd64', path: 'key' }),
    expect.objectContaining({ platform: 'linux/arm64', path: 'key' }),
  ]);
});

test('a blob that nothing refers to is searched too', async () => {
  const layout = layoutOf(clean);
  const stray = layout.blob(gzipSync(buildTar([{ path: 'old', content: token }])), '');
  const { findings, coverage } = await scan(layout);
  expect(coverage.unreferenced).toBe(1);
  expect(findings).toEqual([
    expect.objectContaining({ location: expect.objectContaining({ place: 'blob', digest: stray.digest }) }),
  ]);
});

test.each([
  ['file names', [{ path: `dir/${token}`, content: '' }]],
  ['link targets', [{ path: 'link', type: '2', link: token }]],
  ['long names', [{ path: `${'d/'.repeat(80)}${token}`, content: '' }]],
])('%s are searched', async (_, files) => {
  const { findings } = await scan(layoutOf([files]));
  expect(findings.length).toBeGreaterThan(0);
  expect(findings[0]!.message).toContain('name or header');
});

test('bytes behind the end of a layer tar are searched', async () => {
  const compress = (tar: Buffer): Buffer => gzipSync(Buffer.concat([tar, Buffer.from(token.padEnd(512, ' '))]));
  const { findings, incomplete } = await scan(layoutOf(clean, { compress }));
  expect(findings).toHaveLength(2);
  expect(incomplete.map(({ why }) => why)).toContain('a block of the tar is no header');
});

test('a layer without compression, and an empty one, are no problem', async () => {
  const { findings, incomplete } = await scan(
    layoutOf([[{ path: 'a', content: token }], []], { compress: (tar) => tar }),
  );
  expect(incomplete).toEqual([]);
  expect(findings).toHaveLength(1);
});

test('a weak secret is named and not searched for', async () => {
  const layout = layoutOf([[{ path: 'a', content: 'postgres' }]]);
  const weak = secret('DB', 'postgres', 'too common a word');
  const { findings, coverage } = await scanImage(memorySource(layout.files), [secret(), weak]);
  expect(findings).toEqual([]);
  expect(coverage).toMatchObject({ secrets: ['TOKEN'], weak: [{ secret: 'DB', why: 'too common a word' }] });
});

test('two secrets of the same value are both named', async () => {
  const layout = layoutOf([[{ path: 'a', content: token }]]);
  const { findings } = await scanImage(memorySource(layout.files), [secret('A'), secret('B')]);
  expect(findings.map((finding) => finding.secret)).toEqual(['A', 'B']);
});

test('the result does not depend on how the bytes are cut', async () => {
  const inner = gzipSync(buildTar([{ path: 'in', content: `x${token}` }]));
  const files = [
    { path: 'a', content: `${'y'.repeat(700)}${token}` },
    { path: 'b.tgz', content: inner },
  ];
  const layout = layoutOf([files]);
  const whole = await scan(layout);
  const plain = layoutOf([files], { compress: (tar) => tar });
  const wholePlain = await scan(plain);
  for (const chunkBytes of [1, 7, 512, 1000]) {
    expect(await scanImage(memorySource(layout.files, 'image', chunkBytes), [secret()])).toEqual(whole);
    expect(await scanImage(memorySource(plain.files, 'image', chunkBytes), [secret()])).toEqual(wholePlain);
  }
  expect(wholePlain.findings).toHaveLength(2);
  expect(whole.findings).toHaveLength(2);
});
