import { PassThrough, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { tarSource } from '../../../src/image/index.ts';
import { scanImage } from '../../../src/scan/index.ts';
import { Secret } from '../../../src/secrets/secret.ts';
import { Layout, memorySource } from '../image/build-image.ts';
import { buildTar } from '../image/build-tar.ts';
import { secret, token } from './secrets.ts';

const leaking = [{ path: 'etc/key', content: token }];

test('an attestation as an OCI artifact is searched, and named by its subject platform', async () => {
  const layout = new Layout();
  const image = layout.image([[{ path: 'a' }]]);
  const statement = layout.blob({ predicate: { invocation: [token] } }, 'application/vnd.in-toto+json');
  const config = layout.blob({}, 'application/vnd.oci.empty.v1+json');
  const type = 'application/vnd.docker.attestation.manifest.v1+json';
  const artifact = layout.blob(
    { schemaVersion: 2, artifactType: type, config, layers: [statement], subject: image },
    'application/vnd.oci.image.manifest.v1+json',
    { artifactType: type, annotations: { 'vnd.docker.reference.digest': image.digest } },
  );
  const { findings, incomplete, coverage } = await scanImage(
    memorySource(layout.root([layout.index([image, artifact])]).files),
    [secret()],
  );
  expect(incomplete).toEqual([]);
  expect(coverage.attestations).toBe(1);
  expect(findings.map(({ location }) => location)).toEqual([
    expect.objectContaining({ place: 'attestation', platform: 'linux/amd64', path: '/predicate/invocation/0' }),
  ]);
});

test.each(['manifest', 'index'])('the layers of a build cache are searched (%s shape)', async (shape) => {
  const layout = new Layout();
  const layer = layout.blob(gzipSync(buildTar(leaking)), 'application/vnd.oci.image.layer.v1.tar+gzip');
  const config = layout.blob({ layers: [], records: [] }, 'application/vnd.buildkit.cacheconfig.v0');
  const manifest = layout.blob(
    { schemaVersion: 2, config, layers: [layer] },
    'application/vnd.oci.image.manifest.v1+json',
  );
  layout.root(shape === 'manifest' ? [manifest] : [layer, config]);
  if (shape === 'index') layout.files.delete(layout.path(manifest));
  const { findings, incomplete } = await scanImage(memorySource(layout.files), [secret()]);
  expect(incomplete).toEqual([]);
  expect(findings.map(({ location }) => location)).toEqual([
    expect.objectContaining({ place: 'blob', digest: layer.digest, path: 'etc/key' }),
  ]);
});

test('two tags of one image are one image', async () => {
  const layout = new Layout();
  const image = layout.image([leaking]);
  const tagged = ['a', 'b'].map((name) => ({ ...image, annotations: { 'org.opencontainers.image.ref.name': name } }));
  const { findings, identity } = await scanImage(memorySource(layout.root(tagged).files), [secret()]);
  expect(findings).toHaveLength(1);
  expect(identity).toMatchObject({ indexDigest: image.digest, manifests: [{ digest: image.digest }] });
});

test('a save with index.json and manifest.json is one image, and both must be there whole', async () => {
  const layout = new Layout();
  const image = layout.image([leaking]);
  const { config, layers } = JSON.parse(layout.files.get(layout.path(image))!.toString('utf8'));
  const manifest = [{ Config: layout.path(config), RepoTags: null, Layers: layers.map(layout.path) }];
  layout.root([image]).files.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
  const whole = await scanImage(memorySource(layout.files), [secret()]);
  expect(whole.incomplete).toEqual([]);
  expect(whole.findings).toHaveLength(1);
  manifest[0]!.Layers.push('blobs/sha256/absent');
  layout.files.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
  const broken = await scanImage(memorySource(layout.files), [secret()]);
  expect(broken.incomplete.map(({ why }) => why)).toEqual(['a layer that it names is not there']);
});

test('a password is not told again where the URL that it is a part of is told', async () => {
  const url = `postgres://app:${token}@db.example.com/app`;
  const part = new Secret({
    name: 'DATABASE_URL password',
    value: Buffer.from(token),
    origin: { source: 'dotenv', where: '.env' },
    reason: 'password in a URL',
    partOf: 'DATABASE_URL',
  });
  const layout = new Layout();
  const files = [
    { path: 'whole', content: url },
    { path: 'part', content: `password ${token}` },
  ];
  const source = memorySource(layout.root([layout.image([files])]).files);
  const { findings } = await scanImage(source, [secret('DATABASE_URL', url), part]);
  expect(findings.map(({ secret: name, location }) => [name, 'path' in location && location.path])).toEqual([
    ['DATABASE_URL', 'whole'],
    ['DATABASE_URL password', 'part'],
  ]);
});

test('a weak value is hidden in what names a leak', async () => {
  const layout = new Layout();
  const history = [{ created_by: `RUN login --user=postgres --password=${token} postgresql` }];
  layout.root([layout.image([leaking], { history })]);
  const weak = secret('DB', 'postgres', 'too common a word');
  const { findings } = await scanImage(memorySource(layout.files), [secret(), weak]);
  const made = findings.map(({ location }) => 'createdBy' in location && location.createdBy);
  expect(made).toEqual(Array(2).fill('RUN login --user=*** --password=*** postgresql'));
});

test('wrappers that are recognised and not opened are counted', async () => {
  const layout = new Layout();
  const sevenZip = Buffer.concat([Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1'), Buffer.alloc(100, 3)]);
  layout.root([
    layout.image([
      [
        { path: 'a.7z', content: sevenZip },
        { path: 'b.txt', content: 'BZ' },
      ],
    ]),
  ]);
  const { coverage, incomplete } = await scanImage(memorySource(layout.files), [secret()]);
  expect(coverage.notOpened).toEqual({ '7z': 1 });
  expect(coverage.notOpenedExamples).toEqual([{ kind: '7z', where: expect.stringMatching(/ › a\.7z$/) }]);
  expect(incomplete).toEqual([]);
});

test('a hit in compressed bytes is not told beside the decoded one', async () => {
  const stored = gzipSync(buildTar(leaking), { level: 0 });
  const layout = new Layout();
  layout.root([layout.image([leaking], { compress: () => stored })]);
  const { findings } = await scanImage(memorySource(layout.files), [secret()]);
  expect(findings).toHaveLength(1);
  expect(findings[0]!.location).toMatchObject({ path: 'etc/key' });
});

test('a source that waits for bytes for ever ends with the abort', async () => {
  const stream = new PassThrough();
  stream.write(buildTar(leaking).subarray(0, 600));
  const controller = new AbortController();
  const onProgress = (): void => void setImmediate(() => controller.abort(new Error('stopped')));
  const scan = scanImage(tarSource('docker save', stream, 'image'), [secret()], {
    signal: controller.signal,
    onProgress,
  });
  await expect(scan).rejects.toThrow('stopped');
  expect(stream.destroyed).toBe(true);
});

test('an exported folder is searched file by file, and a broken file in it is no gap', async () => {
  const files = new Map([
    ['app/.env', Buffer.from(`TOKEN=${token}`)],
    ['app/package.json', Buffer.from('{"name":"app"}')],
    ['testdata/cut.gz', gzipSync('x').subarray(0, 15)],
  ]);
  const { findings, incomplete, coverage } = await scanImage(memorySource(files, 'files'), [secret()]);
  expect(incomplete).toEqual([]);
  expect(coverage).toMatchObject({ files: 3, damaged: { count: 1 } });
  expect(findings.map(({ location }) => location)).toEqual([
    expect.objectContaining({ place: 'archive', path: 'app/.env', offset: 6 }),
  ]);
});

test('a value in the name of an exported file is told once, with the masked path', async () => {
  const files = new Map([
    [`cache/${token}.json`, Buffer.from('{}')],
    ['other', Buffer.from('x')],
  ]);
  const tar = buildTar([...files].map(([path, content]) => ({ path, content })));
  for (const source of [memorySource(files, 'files'), tarSource('out.tar', Readable.from([tar]), 'files')]) {
    const { findings } = await scanImage(source, [secret()]);
    expect(findings.map(({ location, message }) => [location, message])).toEqual([
      [
        expect.objectContaining({ place: 'archive', path: 'cache/***.json' }),
        'TOKEN is in the name or header of cache/***.json',
      ],
    ]);
  }
});

test.each([
  ['itself', [['A', 'A']]],
  [
    'each other',
    [
      ['A', 'B'],
      ['B', 'A'],
    ],
  ],
])('secrets that call %s their whole are still found', async (_title, names) => {
  const secrets = names.map(
    ([name, partOf]) =>
      new Secret({
        name: name!,
        value: Buffer.from(token),
        origin: { source: 'file', where: 'x' },
        reason: 'test',
        partOf: partOf!,
      }),
  );
  const layout = new Layout();
  const files = layout.root([layout.index([layout.image([leaking])])]).files;
  const { findings } = await scanImage(memorySource(files), secrets);
  expect(findings.length).toBeGreaterThan(0);
});
