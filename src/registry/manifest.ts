import { createHash } from 'node:crypto';
import type { Response } from 'undici';
import { SafebuildError } from '../errors.ts';
import type { RegistryClient } from './client.ts';

/** A manifest or an index, byte for byte as the registry gives it. */
export interface RemoteManifest {
  bytes: Uint8Array;
  /** As the answer's header says. */
  mediaType: string;
}

/** More than registries take (distribution: 4 MiB). */
const maxManifestBytes = 16 * 1024 * 1024;

/** Formats: OCI image-spec 1.1 and 1.1-rc2 (artifacts); Docker distribution schema 2. */
const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.artifact.manifest.v1+json',
  '*/*;q=0.5',
];

/**
 * Fetches a manifest by tag or digest; undefined when the registry has none. Its bytes are not compared with the digest.
 * Throws what the client throws.
 */
export async function fetchManifest(client: RegistryClient, name: string): Promise<RemoteManifest | undefined> {
  const headers = { accept: manifestTypes.join(', '), 'accept-encoding': 'identity' };
  const response = await client.request({ method: 'GET', path: `manifests/${name}`, headers }, [200, 404]);
  if (response.status === 404) {
    await response.body?.cancel();
    return undefined;
  }
  const bytes = await readWhole(response, name);
  const mediaType = response.headers.get('content-type')?.split(';')[0]?.trim() ?? '';
  return { bytes, mediaType };
}

/** The bytes of an answer of bearable size. Throws SCAN_INCOMPLETE when they are more, or break off. */
export async function readWhole(response: Response, what: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk as Uint8Array);
      size += (chunk as Uint8Array).length;
      if (size > maxManifestBytes) break;
    }
  } catch (cause) {
    throw new SafebuildError('SCAN_INCOMPLETE', `The registry broke off while it sent ${what}.`, { cause });
  }
  if (size <= maxManifestBytes) return Buffer.concat(chunks);
  throw new SafebuildError('SCAN_INCOMPLETE', `What the registry sends for ${what} is too large for a manifest.`);
}

/** Digest of bytes by an algorithm that OCI registers. */
export function digestOf(bytes: Uint8Array, algorithm: 'sha256' | 'sha512' = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}
