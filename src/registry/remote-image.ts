import { SafebuildError } from '../errors.ts';
import { type Attachments, attachmentsOf } from './attachments.ts';
import { openBlob } from './blob.ts';
import { type ClientOptions, openRegistry, type RegistryClient } from './client.ts';
import { digestOf, fetchManifest, type RemoteManifest } from './manifest.ts';
import type { PinnedReference } from './reference.ts';

/** An image in a registry, to be read piece by piece. Methods throw SCAN_INCOMPLETE for what cannot be had. */
export interface RemoteImage {
  /** For people: `registry.example.com/team/app:1`. */
  name: string;
  root: RemoteManifest;
  /** Of the root's bytes. */
  rootDigest: string;
  /** Undefined when the registry has none. Its bytes are not compared with the digest. */
  manifest(digest: string): Promise<RemoteManifest | undefined>;
  /** The blob's bytes, unchecked, at most one chunk more than `size`; undefined when the registry has none. */
  blob(digest: string, size: number): Promise<AsyncIterable<Uint8Array> | undefined>;
  attachments(digest: string): Promise<Attachments>;
  close(): Promise<void>;
}

/** A registry that is silent for so long will not speak again. */
const defaultIdleMs = 60_000;

/**
 * Opens the image that a reference names. Throws USAGE when the registry does not know it; SCAN_INCOMPLETE when it does not
 * answer, wants another login, or gives something else than the digest in the reference says.
 */
export async function openRemoteImage(
  reference: PinnedReference,
  options: Omit<ClientOptions, 'access'>,
): Promise<RemoteImage> {
  const client = await openRegistry(reference, { idleMs: defaultIdleMs, ...options, access: 'pull' });
  try {
    const { host, repository, tag, digest } = reference;
    const manifest = (name: string): Promise<RemoteManifest | undefined> => fetchManifest(client, name);
    return {
      name: `${host}/${repository}${digest === undefined ? `:${tag}` : `@${digest}`}`,
      ...(await rootOf(client, reference)),
      manifest,
      blob: (blob, size) => openBlob(client, blob, size, options.signal),
      attachments: (subject) => attachmentsOf(client, subject, manifest),
      close: () => client.close(),
    };
  } catch (error) {
    await client.close();
    throw error;
  }
}

async function rootOf(
  client: RegistryClient,
  reference: PinnedReference,
): Promise<Pick<RemoteImage, 'root' | 'rootDigest'>> {
  const { host, repository, tag, digest } = reference;
  const root = await fetchManifest(client, digest ?? tag);
  if (root === undefined) {
    throw new SafebuildError('USAGE', `The registry ${host} has no ${repository} under ${digest ?? tag}.`, {
      hint: 'Check the name and its tag.',
    });
  }
  const algorithm = digest?.startsWith('sha512:') ? 'sha512' : 'sha256';
  const rootDigest = digestOf(root.bytes, algorithm);
  if (digest === undefined || rootDigest === digest) return { root, rootDigest };
  throw new SafebuildError('SCAN_INCOMPLETE', `The registry ${host} gives something else for ${digest}.`, {
    hint: 'Ask whoever runs the registry: what it stores is damaged.',
  });
}
