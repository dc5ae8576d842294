import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../errors.ts';
import { placeFile, placeText } from './files.ts';
import type { Descriptor } from './layout-tar.ts';

/**
 * Adds a proved cache export to a local cache folder.
 *
 * Blobs are named by their digest and only added; `index.json` gets the new entry for its tag and keeps all others.
 */
export async function placeCache(from: string, to: string): Promise<void> {
  const blobs = join(to, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  for (const name of await readdir(join(from, 'blobs', 'sha256')))
    await placeFile(join(from, 'blobs', 'sha256', name), join(blobs, name));
  const fresh = await readIndex(join(from, 'index.json'));
  const old = await readIndex(join(to, 'index.json'));
  const tag = (entry: Descriptor): string => entry.annotations?.['org.opencontainers.image.ref.name'] ?? '';
  const replaced = new Set(fresh.manifests.map(tag));
  const manifests = [...fresh.manifests, ...old.manifests.filter((entry) => !replaced.has(tag(entry)))];
  await placeText(JSON.stringify({ ...old, ...fresh, manifests }), join(to, 'index.json'));
  await placeText('{"imageLayoutVersion":"1.0.0"}', join(to, 'oci-layout'));
}

interface Index {
  manifests: Descriptor[];
  [key: string]: unknown;
}

async function readIndex(path: string): Promise<Index> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Index;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return { manifests: [] };
    throw error;
  }
}
