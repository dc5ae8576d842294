import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { registrySource } from '../../../../src/image/index.ts';
import { openRemoteImage } from '../../../../src/registry/index.ts';
import { type ScanResult, scanImage } from '../../../../src/scan/index.ts';
import { type Answer, type Arrived, type LoopbackServer, withServer } from '../../registry/loopback.ts';
import { type Served, serve } from '../../registry/serve.ts';
import { error } from '../../registry/small-registry.ts';
import { secret, token } from '../../scan/secrets.ts';
import { type Descriptor, Layout } from '../build-image.ts';
import { buildTar } from '../build-tar.ts';

const leaking = [{ path: 'etc/key', content: token }];
const clean = [{ path: 'etc/motd', content: 'hello' }];

interface Verified extends ScanResult {
  arrived: Arrived[];
}

interface Setting extends Partial<Served> {
  tag?: string;
  digest?: string;
  platform?: string;
  idleMs?: number;
  /** Says something else than the registry, where it says anything. */
  instead?: (request: Arrived, server: LoopbackServer) => Answer | undefined;
}

/** Searches `team/app:1`, which names `root`, in a registry on loopback. */
async function verify(layout: Layout, root: Descriptor, setting: Setting = {}): Promise<Verified> {
  const { tag = '1', digest, platform, instead, idleMs, tags, referrers } = setting;
  const answer = serve(layout, { tags: { '1': root, ...tags }, ...(referrers === undefined ? {} : { referrers }) });
  return withServer(
    (request, server) => instead?.(request, server) ?? answer(request),
    async ({ host, arrived }) => {
      const reference = { host, credentialKey: host, repository: 'team/app', tag, ...(digest ? { digest } : {}) };
      const image = await openRemoteImage(reference, {
        credentials: async () => undefined,
        ...(idleMs === undefined ? {} : { idleMs }),
      });
      const options = platform === undefined ? {} : { platform };
      return { ...(await scanImage(registrySource(image, platform), [secret()], options)), arrived };
    },
  );
}

const places = ({ findings }: ScanResult) => findings.map(({ location }) => location);
const whys = ({ incomplete }: ScanResult) => incomplete.map(({ why }) => why);
const fetched = ({ arrived }: Verified, method = 'GET') =>
  arrived.filter((request) => request.method === method).map(({ url }) => url.replace('/v2/team/app/', ''));

test('every platform, layer, config and attestation of an index is searched, and each blob fetched once', async () => {
  const layout = new Layout();
  const images = ['linux/amd64', 'linux/arm64'].map((platform) => layout.image([clean, leaking], { platform }));
  const attestation = layout.attestation(images[1]!, { predicate: [token] });
  const root = layout.index([...images, attestation]);
  const result = await verify(layout, root);
  expect(result.incomplete).toEqual([]);
  expect(result.identity.indexDigest).toBe(root.digest);
  expect(result.coverage).toMatchObject({ layers: 2, configs: 2, attestations: 1, unreferenced: 0 });
  expect(places(result)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ place: 'layer', platform: 'linux/amd64', layer: 2, path: 'etc/key' }),
      expect.objectContaining({ place: 'layer', platform: 'linux/arm64', layer: 2, path: 'etc/key' }),
      expect.objectContaining({ place: 'attestation', platform: 'linux/arm64' }),
    ]),
  );
  const blobs = fetched(result).filter((path) => path.startsWith('blobs/'));
  expect(new Set(blobs).size).toBe(blobs.length);
});

test('a clean image is clean', async () => {
  const layout = new Layout();
  const result = await verify(layout, layout.image([clean]));
  expect(result).toMatchObject({ findings: [], incomplete: [] });
  expect(result.coverage.platforms).toEqual(['linux/amd64']);
});

test('with a platform only that one is fetched', async () => {
  const layout = new Layout();
  const wanted = layout.image([clean]);
  const other = layout.image([leaking], { platform: 'linux/arm64' });
  const root = layout.index([wanted, other, layout.attestation(wanted, { a: 1 }), layout.attestation(other, { b: 1 })]);
  const result = await verify(layout, root, { platform: 'linux/amd64' });
  expect(result).toMatchObject({ findings: [], incomplete: [], absentPlatforms: ['linux/arm64'] });
  expect(result.coverage.attestations).toBe(1);
  expect(fetched(result)).not.toContain(`manifests/${other.digest}`);
});

/** A manifest that is attached to another one. */
function artifact(layout: Layout, subject: Descriptor, content: object, shape: 'manifest' | 'artifact'): Descriptor {
  const blob = layout.blob(content, 'application/vnd.in-toto+json');
  const config = layout.blob({}, 'application/vnd.oci.empty.v1+json');
  const shared = { artifactType: 'application/vnd.in-toto+json', subject };
  return shape === 'artifact'
    ? layout.blob({ ...shared, blobs: [blob] }, 'application/vnd.oci.artifact.manifest.v1+json')
    : layout.blob(
        { schemaVersion: 2, ...shared, config, layers: [blob] },
        'application/vnd.oci.image.manifest.v1+json',
      );
}

test.each(['manifest', 'artifact'] as const)('what the referrers API names is searched (%s)', async (shape) => {
  const layout = new Layout();
  const image = layout.image([clean]);
  const attached = artifact(layout, image, { predicate: token }, shape);
  const referrers = { [image.digest]: [{ ...attached, annotations: { note: 'nothing' } }] };
  const result = await verify(layout, layout.index([image]), { referrers });
  expect(result.incomplete).toEqual([]);
  expect(places(result)).toEqual([expect.objectContaining({ place: 'attestation', platform: 'linux/amd64' })]);
});

test('an annotation that only the referrers API tells is searched', async () => {
  const layout = new Layout();
  const image = layout.image([clean]);
  const attached = artifact(layout, image, {}, 'manifest');
  const referrers = { [image.digest]: [{ ...attached, annotations: { note: token } }] };
  const result = await verify(layout, image, { referrers });
  expect(places(result)).toEqual([expect.objectContaining({ path: expect.stringContaining('referrers/') })]);
});

test('all pages of the referrers API are read', async () => {
  const layout = new Layout();
  const image = layout.image([clean]);
  const attached = artifact(layout, image, { predicate: token }, 'manifest');
  const page = (manifests: object[]): string => JSON.stringify({ schemaVersion: 2, manifests });
  const result = await verify(layout, image, {
    instead: ({ url }) => {
      if (!url.includes('/referrers/')) return undefined;
      if (url.endsWith('?page=2')) return { status: 200, body: page([attached]) };
      return { status: 200, headers: { link: `<${url}?page=2>; rel="next"` }, body: page([]) };
    },
  });
  expect(result.incomplete).toEqual([]);
  expect(places(result)).toEqual([expect.objectContaining({ place: 'attestation' })]);
});

test('without the referrers API its fallback tag is searched', async () => {
  const layout = new Layout();
  const image = layout.image([clean]);
  const list = layout.index([artifact(layout, image, { predicate: token }, 'manifest')]);
  const result = await verify(layout, image, { tags: { [image.digest.replace(':', '-')]: list } });
  expect(result.incomplete).toEqual([]);
  expect(places(result)).toEqual([expect.objectContaining({ place: 'attestation' })]);
});

test.each(['sig', 'att', 'sbom'])('what cosign attaches by the tag .%s is searched', async (suffix) => {
  const layout = new Layout();
  const image = layout.image([clean]);
  const payload = layout.blob({ payload: token }, 'application/vnd.dsse.envelope.v1+json');
  const config = layout.blob(
    { architecture: '', os: '', config: {}, rootfs: { type: 'layers', diff_ids: [payload.digest] } },
    'application/vnd.oci.image.config.v1+json',
  );
  const signature = layout.blob(
    { schemaVersion: 2, config, layers: [payload] },
    'application/vnd.oci.image.manifest.v1+json',
  );
  const tags = { [`${image.digest.replace(':', '-')}.${suffix}`]: signature };
  const result = await verify(layout, layout.index([image]), { tags });
  expect(result.incomplete).toEqual([]);
  expect(places(result)).toEqual([expect.objectContaining({ place: 'attestation', platform: 'linux/amd64' })]);
});

test.each(['manifest', 'index'])('the layers of a cache export are searched (%s shape)', async (shape) => {
  const layout = new Layout();
  const layer = layout.blob(gzipSync(buildTar(leaking)), 'application/vnd.oci.image.layer.v1.tar+gzip');
  const config = layout.blob({ layers: [], records: [] }, 'application/vnd.buildkit.cacheconfig.v0');
  const manifest = { schemaVersion: 2, config, layers: [layer] };
  const root =
    shape === 'manifest'
      ? layout.blob(manifest, 'application/vnd.oci.image.manifest.v1+json')
      : layout.index([layer, config]);
  const result = await verify(layout, root);
  expect(result.incomplete).toEqual([]);
  expect(places(result)).toEqual([expect.objectContaining({ place: 'blob', path: 'etc/key' })]);
});

test('a layer that leads to another host is fetched there, without the login', async () => {
  const layout = new Layout();
  const image = layout.image([leaking]);
  const login = `Bearer not-a-secret-token-91c2d4e87f3a`;
  const store = serve(layout, { tags: {} });
  await withServer(store, async (elsewhere) => {
    const result = await verify(layout, image, {
      instead: ({ url, headers }, { url: own }) => {
        if (url.startsWith('/token')) return { status: 200, body: JSON.stringify({ token: login.slice(7) }) };
        if (!url.startsWith('/v2/team/')) return undefined;
        if (headers.authorization !== login)
          return { status: 401, headers: { 'www-authenticate': `Bearer realm="${own}/token",service="s"` } };
        return url.includes('/blobs/') ? { status: 307, headers: { location: elsewhere.url + url } } : undefined;
      },
    });
    expect(result.incomplete).toEqual([]);
    expect(result.findings).toHaveLength(1);
    const asked = result.arrived.find(({ url }) => url.startsWith('/token'))!;
    expect(new URL(asked.url, elsewhere.url).searchParams.get('scope')).toBe('repository:team/app:pull');
    expect(elsewhere.arrived.length).toBeGreaterThan(0);
    expect(elsewhere.arrived.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
  });
});

const noise = Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 7919) % 251));

/** An image whose one layer breaks off in transfer, `times` times. */
function breaking(times: number, more: (request: Arrived) => Answer | undefined = () => undefined) {
  const layout = new Layout();
  const files = [{ path: 'noise', content: noise }, ...leaking];
  const image = layout.image([files], { compress: (tar) => tar });
  const layer = [...layout.files].find(([, bytes]) => bytes.includes('ustar'))!;
  const whole = serve(layout, { tags: {} });
  let left = times;
  const instead = (request: Arrived): Answer | undefined => {
    if (!request.url.endsWith(layer[0].slice('blobs/sha256/'.length))) return undefined;
    const said = more(request) ?? whole(request);
    return said === 'never' || left-- <= 0 ? said : { ...said, breaksAfter: 1000 };
  };
  const ranges = ({ arrived }: Verified) =>
    arrived.flatMap(({ url, headers }) => (url.includes('/blobs/') ? (headers.range ?? []) : []));
  return { layout, image, instead, ranges };
}

test('a transfer that breaks off is taken up where it ended', async () => {
  const { layout, image, instead, ranges } = breaking(2);
  const result = await verify(layout, image, { instead });
  expect(result.incomplete).toEqual([]);
  expect(places(result)).toEqual([expect.objectContaining({ path: 'etc/key' })]);
  expect(ranges(result)).toEqual(['bytes=1000-', 'bytes=2000-']);
});

test('a registry that sends the whole again is read from where it broke off', async () => {
  const { layout, image, instead } = breaking(1, (request) => serve(layout, { tags: {} })({ ...request, headers: {} }));
  const result = await verify(layout, image, { instead });
  expect(result.incomplete).toEqual([]);
  expect(result.findings).toHaveLength(1);
});

test('a registry that goes on with other bytes is not believed', async () => {
  const { layout, image, instead } = breaking(1, ({ headers }) =>
    headers.range === undefined
      ? undefined
      : { status: 206, headers: { 'content-range': 'bytes 1000-6655/6656' }, body: Buffer.alloc(5656) },
  );
  expect(whys(await verify(layout, image, { instead }))).toContain(
    'its content does not have the digest that its name says',
  );
});

test('a transfer that breaks off for good is incomplete', async () => {
  const { layout, image, instead } = breaking(1, ({ headers }) =>
    headers.range === undefined ? undefined : error(404, 'BLOB_UNKNOWN'),
  );
  const result = await verify(layout, image, { instead });
  expect(whys(result)).toContain('its size changed while it was read, or it is cut off');
  expect(whys(result).some((why) => why.includes('404'))).toBe(true);
});

test('a registry that falls silent is not waited for, but asked again', async () => {
  const { layout, image, ranges } = breaking(0);
  const layer = [...layout.files].find(([, bytes]) => bytes.includes('ustar'))![1];
  const instead = ({ url, headers }: Arrived): Answer | undefined =>
    url.includes('/blobs/') && headers.range === undefined && isLayer(url)
      ? { status: 200, body: layer, breaksAfter: -1000 }
      : undefined;
  const isLayer = (url: string): boolean =>
    layout.files.get(`blobs/${url.split('/').at(-1)?.replace(':', '/')}`) === layer;
  const result = await verify(layout, image, { instead, idleMs: 200 });
  expect(result.incomplete).toEqual([]);
  expect(ranges(result)).toEqual(['bytes=1000-']);
});

test('a blob that is longer than announced is not read for ever, and incomplete', async () => {
  const layout = new Layout();
  const image = layout.image([clean]);
  const result = await verify(layout, image, {
    instead: ({ url }) => (url.includes('/blobs/') ? { status: 200, body: Buffer.alloc(1024 * 1024) } : undefined),
  });
  expect(whys(result)).toContain('its size changed while it was read, or it is cut off');
});

test('a manifest that is not what its digest says is searched and not followed', async () => {
  const layout = new Layout();
  const image = layout.image([clean]);
  const other = layout.image([leaking], { config: { Labels: { note: token } } });
  const result = await verify(layout, layout.index([image]), { tags: { [image.digest]: other } });
  expect(whys(result)).toContain('its content does not have the digest that its name says');
  expect(fetched(result).filter((path) => path.startsWith('blobs/'))).toEqual([]);
});

test.each([
  ['a blob', (layout: Layout, image: Descriptor) => layerOf(layout, image).digest],
  ['a manifest', (_: Layout, image: Descriptor) => image.digest],
])('%s that the registry does not have is incomplete', async (_, missing) => {
  const layout = new Layout();
  const image = layout.image([clean]);
  const digest = missing(layout, image);
  const root = layout.index([image]);
  layout.files.delete(`blobs/${digest.replace(':', '/')}`);
  const result = await verify(layout, root);
  expect(whys(result).some((why) => why.includes('is not there'))).toBe(true);
});

function layerOf(layout: Layout, image: Descriptor): Descriptor {
  return JSON.parse(layout.files.get(layout.path(image))!.toString('utf8')).layers[0];
}

test('a foreign layer that the registry does not have is incomplete, and said to be one', async () => {
  const layout = new Layout();
  const image = layout.image([clean]);
  const manifest = JSON.parse(layout.files.get(layout.path(image))!.toString('utf8'));
  manifest.layers[0].mediaType = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';
  manifest.layers[0].urls = ['https://layers.example.com/base'];
  const root = layout.blob(manifest, image.mediaType);
  layout.files.delete(layout.path(manifest.layers[0]));
  expect(whys(await verify(layout, root))).toContain(
    'it is a foreign layer, which is kept elsewhere, so it was not searched',
  );
});

test('attachments that cannot be asked for make it incomplete', async () => {
  const layout = new Layout();
  const image = layout.image([clean]);
  const instead = ({ url }: Arrived): Answer | undefined =>
    url.endsWith('.sig') ? error(403, 'DENIED', token) : undefined;
  expect(whys(await verify(layout, image, { instead }))).toEqual([expect.stringContaining('403')]);
});

test('a blob is taken as it is stored, not as the way compresses it', async () => {
  const layout = new Layout();
  const result = await verify(layout, layout.image([clean]));
  const blobs = result.arrived.filter(({ url }) => url.includes('/blobs/'));
  expect(blobs.map(({ headers }) => headers['accept-encoding'])).toEqual(blobs.map(() => 'identity'));
});

test('a digest in the name is kept to', async () => {
  const layout = new Layout();
  const [image, other] = [layout.image([clean]), layout.image([leaking])];
  const whole = await verify(layout, image, { digest: image.digest });
  expect(whole).toMatchObject({ findings: [], incomplete: [], identity: { indexDigest: image.digest } });
  const wrong = verify(layout, image, { digest: image.digest, tags: { [image.digest]: other } });
  await expect(wrong).rejects.toMatchObject({ code: 'SCAN_INCOMPLETE' });
});

test.each([
  [404, 'USAGE'],
  [403, 'SCAN_INCOMPLETE'],
])('an image to which the registry answers %d cannot be opened', async (status, code) => {
  const layout = new Layout();
  const instead = ({ url }: Arrived): Answer | undefined =>
    url.includes('/manifests/') ? error(status, 'UNKNOWN', token) : undefined;
  const failure = verify(layout, layout.image([clean]), { instead });
  await expect(failure).rejects.toMatchObject({ code });
  await expect(failure).rejects.not.toMatchObject({ message: expect.stringContaining(token) });
});
