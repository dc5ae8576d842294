import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { pushLayout } from '../../../src/registry/push-layout.ts';
import { type Layout, type Node, withLayout } from './layout.ts';
import { type Answer, type Arrived, type LoopbackServer, withServer } from './loopback.ts';
import { digestOf, error, type SmallRegistry, smallRegistry } from './small-registry.ts';

interface Place {
  layout: Layout;
  registry: SmallRegistry;
  server: LoopbackServer;
  push(root: Node, options?: { byDigest?: boolean; dir?: string; signal?: AbortSignal }): Promise<string>;
}

type Instead = (request: Arrived, tried: number) => Answer | undefined;

/** A layout, and a registry that answers as `instead` says where that says something. */
async function withPlace<T>(action: (place: Place) => Promise<T>, instead: Instead = () => undefined): Promise<T> {
  const registry = smallRegistry();
  const answer = (request: Arrived, { arrived }: LoopbackServer): Answer =>
    instead(request, arrived.filter(({ method, url }) => method === request.method && url === request.url).length) ??
    registry.answer(request);
  return withServer(answer, (server) =>
    withLayout((layout) =>
      action({
        layout,
        registry,
        server,
        push: (root, { byDigest = false, dir = layout.dir, ...options } = {}) => {
          const reference = { host: server.host, credentialKey: server.host, repository: 'team/app', tag: '1' };
          return pushLayout(dir, root, reference, { ...options, byDigest, credentials: async () => undefined });
        },
      }),
    ),
  );
}

/** What was put where, in order, without the tries at TLS. */
function puts({ arrived }: LoopbackServer): string[] {
  return arrived.filter(({ method }) => method === 'PUT').map(({ url }) => url.replace(/^\/v2\/team\/app\//, ''));
}

test('an index goes up from its leaves, byte for byte, the tag last', async () => {
  await withPlace(async ({ layout, registry, server, push }) => {
    const children = [await layout.image('shared', 'amd64'), await layout.image('shared', 'arm64')];
    const root = await layout.index(...children);
    expect(await push(root)).toBe(root.digest);
    expect([...registry.blobs.keys()].sort()).toEqual(
      ['{"os":"linux"}', 'amd64', 'arm64', 'shared'].map(digestOf).sort(),
    );
    expect([...registry.manifests.keys()].sort()).toEqual(
      ['1', root.digest, ...children.map(({ digest }) => digest)].sort(),
    );
    expect(digestOf(registry.manifests.get('1') ?? '')).toBe(root.digest);
    const order = puts(server);
    expect(order.at(-1)).toBe('manifests/1');
    expect(order.filter((url) => url.startsWith('manifests/'))).toHaveLength(3);
    // the blobs that both images share are sent once
    expect(order.filter((url) => url.startsWith('blobs/'))).toHaveLength(4);
    const typed = server.arrived.find(({ method, url }) => method === 'PUT' && url.endsWith('manifests/1'));
    expect(typed?.headers['content-type']).toBe(root.mediaType);
  });
});

test('by digest no tag appears', async () => {
  await withPlace(async ({ layout, registry, push }) => {
    const root = await layout.image('layer');
    await push(root, { byDigest: true });
    expect([...registry.manifests.keys()]).toEqual([root.digest]);
  });
});

test('a blob that the registry has is not sent', async () => {
  await withPlace(async ({ layout, registry, server, push }) => {
    const root = await layout.image('layer');
    registry.blobs.set(digestOf('layer'), Buffer.from('layer'));
    await push(root);
    expect(puts(server).filter((url) => url.startsWith('blobs/'))).toHaveLength(1);
  });
});

test('a cache index that lists layers among its manifests goes up as well', async () => {
  await withPlace(async ({ layout, registry, push }) => {
    const layer = await layout.blob('cached', 'application/vnd.oci.image.layer.v1.tar+gzip');
    const config = await layout.blob('{"layers":[]}', 'application/vnd.buildkit.cacheconfig.v0');
    const root = await layout.index(layer, config);
    await push(root);
    expect([...registry.blobs.keys()].sort()).toEqual([layer.digest, config.digest].sort());
    expect(registry.manifests.has('1')).toBe(true);
  });
});

test('a manifest that changed after the proof is not sent', async () => {
  await withPlace(async ({ layout, registry, push }) => {
    const root = await layout.image('layer');
    await writeFile(join(layout.dir, 'blobs', 'sha256', root.digest.slice('sha256:'.length)), '{"layers":[]}');
    await expect(push(root)).rejects.toMatchObject({ code: 'PUBLISH_MISMATCH' });
    expect(registry.manifests.size).toBe(0);
  });
});

test('a layer that changed after the proof is refused by the registry, and no tag appears', async () => {
  await withPlace(async ({ layout, registry, push }) => {
    const root = await layout.image('layer');
    await writeFile(join(layout.dir, 'blobs', 'sha256', digestOf('layer').slice('sha256:'.length)), 'LAYER');
    await expect(push(root)).rejects.toMatchObject({
      code: 'PUBLISH_FAILED',
      message: expect.stringContaining('DIGEST_INVALID'),
    });
    expect(registry.manifests.size).toBe(0);
  });
});

test('a digest that is a path leads to no file', async () => {
  await withPlace(async ({ layout, server, push }) => {
    const layers = [
      { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: 'sha256:../../index.json', size: 2 },
    ];
    await writeFile(join(layout.dir, 'index.json'), '{}');
    const root = await layout.blob(JSON.stringify({ layers }), 'application/vnd.oci.image.manifest.v1+json');
    await expect(push(root)).rejects.toMatchObject({ code: 'PUBLISH_FAILED' });
    expect(puts(server)).toEqual([]);
  });
});

test.each([
  ['other bytes', 'another image'],
  ['more bytes', 'x'.repeat(100_000)],
])('a tag that gives back %s is a mismatch', async (_, body) => {
  await withPlace(
    async ({ layout, push }) => {
      await expect(push(await layout.image('layer'))).rejects.toMatchObject({ code: 'PUBLISH_MISMATCH' });
    },
    ({ method, url }) => (method === 'GET' && url.includes('/manifests/') ? { status: 200, body } : undefined),
  );
});

test('an upload that the registry breaks off is begun anew, all of it', async () => {
  let begun = 0;
  await withPlace(
    async ({ layout, registry, push }) => {
      const root = await layout.blob(
        JSON.stringify({ layers: [await layout.blob('layer', 'application/vnd.oci.image.layer.v1.tar')] }),
        'application/vnd.oci.image.manifest.v1+json',
      );
      expect(await push(root)).toBe(root.digest);
      expect(registry.blobs.get(digestOf('layer'))?.toString()).toBe('layer');
      expect(begun).toBe(2);
    },
    ({ method, url }) => {
      if (method === 'POST') begun++;
      return method === 'PUT' && url.includes('/blobs/') && begun === 1 ? { status: 503 } : undefined;
    },
  );
});

test('an upload without an address is an error', async () => {
  await withPlace(
    async ({ layout, push }) => {
      await expect(push(await layout.image('layer'))).rejects.toMatchObject({ code: 'PUBLISH_FAILED' });
    },
    ({ method }) => (method === 'POST' ? { status: 202 } : undefined),
  );
});

test('a push that is broken off ends as interrupted, without a tag', async () => {
  const stop = new AbortController();
  await withPlace(
    async ({ layout, registry, push }) => {
      const root = await layout.image('layer');
      await expect(push(root, { signal: stop.signal })).rejects.toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
      expect(registry.manifests.size).toBe(0);
    },
    ({ method }) => {
      if (method !== 'POST') return undefined;
      stop.abort();
      return 'never';
    },
  );
});

test('the words of a registry that refuses are not shown, its code is', async () => {
  await withPlace(
    async ({ layout, push }) => {
      const failure = await push(await layout.image('layer')).catch((thrown: unknown) => thrown);
      expect(failure).toMatchObject({ code: 'PUBLISH_FAILED', message: expect.stringMatching(/403 DENIED\.$/) });
    },
    ({ method }) => (method === 'POST' ? error(403, 'DENIED', 'Authorization was: Basic bm90LWEtc2VjcmV0') : undefined),
  );
});
