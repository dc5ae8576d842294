import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SafebuildError } from '../errors.ts';
import { type ClientOptions, openRegistry, type RegistryClient } from './client.ts';
import type { ImageReference } from './reference.ts';

/** The fields of an OCI descriptor that a push needs (image-spec 1.1, descriptor.md). */
interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
}

interface Manifest {
  config?: Descriptor;
  layers?: Descriptor[];
  /** Of an index. */
  manifests?: Descriptor[];
  /** Of an OCI artifact manifest. */
  blobs?: Descriptor[];
}

export interface PushOptions extends ClientOptions {
  /** Leaves the tag alone: the manifest is reachable by its digest only. */
  byDigest?: boolean;
}

/**
 * Copies a proved OCI layout into a registry, byte for byte.
 *
 * Blobs first, then manifests from the leaves up, the tag last: nobody sees a part of it. Afterwards the registry is asked
 * what the tag names. Throws PUBLISH_FAILED, or PUBLISH_MISMATCH when that is not `root`.
 */
export async function pushLayout(
  dir: string,
  root: Descriptor,
  reference: ImageReference,
  options: PushOptions,
): Promise<string> {
  const client = await openRegistry(reference, options);
  try {
    const name = options.byDigest ? root.digest : reference.tag;
    await pushTree(client, dir, root, name, new Set());
    if (await holds(client, root, name)) return root.digest;
    throw new SafebuildError(
      'PUBLISH_MISMATCH',
      `${reference.host}/${reference.repository} holds another image than was proved.`,
      { hint: 'Somebody may have pushed the same tag at the same moment: push again.' },
    );
  } finally {
    await client.close();
  }
}

async function pushTree(
  client: RegistryClient,
  dir: string,
  node: Descriptor,
  name: string,
  sent: Set<string>,
): Promise<void> {
  const bytes = await readFile(blobPath(dir, node));
  if (digestOf(bytes) !== node.digest) throw changed(node);
  const manifest = JSON.parse(bytes.toString('utf8')) as Manifest;
  const children = manifest.manifests ?? [];
  // A cache export of older BuildKits is an index that lists its layers as if they were manifests.
  const isManifest = ({ mediaType }: Descriptor): boolean => /manifest|index/.test(mediaType);
  for (const child of children.filter(isManifest)) await pushTree(client, dir, child, child.digest, sent);
  const listed = children.filter((child) => !isManifest(child));
  for (const blob of [manifest.config, ...(manifest.layers ?? []), ...(manifest.blobs ?? []), ...listed]) {
    if (blob && !sent.has(blob.digest)) await pushBlob(client, dir, blob);
    if (blob) sent.add(blob.digest);
  }
  const stored = await client.request(
    { method: 'PUT', path: `manifests/${name}`, headers: { 'content-type': node.mediaType }, body: () => bytes },
    [200, 201, 204],
  );
  await stored.body?.cancel();
}

async function pushBlob(client: RegistryClient, dir: string, blob: Descriptor): Promise<void> {
  const path = blobPath(dir, blob);
  const known = await client.request({ method: 'HEAD', path: `blobs/${blob.digest}` }, [200, 404]);
  if (known.status === 200) return;
  // The registry compares the digest with the bytes that arrive (distribution-spec 1.1, "Pushing blobs").
  const stored = await client.request(
    {
      method: 'PUT',
      // An upload that broke off cannot be taken up again, so every try begins a new one.
      path: () => beginUpload(client, blob),
      headers: { 'content-type': 'application/octet-stream', 'content-length': String(blob.size) },
      body: () => createReadStream(path, { highWaterMark: 1024 * 1024 }),
    },
    // 201 is the rule; containerd and docker take the others from registries that know no better.
    [200, 201, 204],
  );
  await stored.body?.cancel();
}

async function beginUpload(client: RegistryClient, blob: Descriptor): Promise<string> {
  const begun = await client.request({ method: 'POST', path: 'blobs/uploads/' }, [202]);
  await begun.body?.cancel();
  const named = begun.headers.get('location');
  if (named === null || !URL.canParse(named, begun.url)) {
    throw new SafebuildError('PUBLISH_FAILED', `${new URL(begun.url).host} does not say where to send a layer.`);
  }
  const location = new URL(named, begun.url);
  location.searchParams.set('digest', blob.digest);
  return location.href;
}

/** Whether a name in the registry gives the very bytes of `root` back. */
async function holds(client: RegistryClient, root: Descriptor, name: string): Promise<boolean> {
  const response = await client.request(
    { method: 'GET', path: `manifests/${name}`, headers: { accept: root.mediaType } },
    [200],
  );
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    hash.update(chunk as Uint8Array);
    bytes += (chunk as Uint8Array).length;
    if (bytes > root.size) return false;
  }
  return `sha256:${hash.digest('hex')}` === root.digest;
}

/** A digest becomes a path here and a part of a URL, and a layout's author may not choose either. */
function blobPath(dir: string, { digest }: Descriptor): string {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
  if (hex !== undefined) return join(dir, 'blobs', 'sha256', hex);
  throw new SafebuildError('PUBLISH_FAILED', 'The image names a part by something that is no SHA-256 digest.');
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function changed({ digest }: Descriptor): SafebuildError {
  return new SafebuildError('PUBLISH_MISMATCH', `${digest} changed between the proof and the push.`);
}
