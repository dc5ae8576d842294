import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Descriptor, rootDescriptor } from './layout-tar.ts';

/** What an image consists of, below its root. */
export interface ImageGraph {
  /** The image and attestation manifests; all that is not an index. */
  manifests: readonly Descriptor[];
  /** The layers of those manifests, which are all that is large. */
  layers: readonly Descriptor[];
}

interface Parsed {
  manifests?: Descriptor[];
  layers?: Descriptor[];
}

/** Follows `root` through the folder of a layout. Throws where an index or a manifest is not there. */
export async function graphOf(dir: string, root: Descriptor): Promise<ImageGraph> {
  const manifests: Descriptor[] = [];
  const layers: Descriptor[] = [];
  const follow = async (descriptor: Descriptor): Promise<void> => {
    const text = await readFile(blobPath(dir, descriptor.digest), 'utf8');
    const parsed = JSON.parse(text) as Parsed;
    if (!Array.isArray(parsed.manifests)) {
      manifests.push(descriptor);
      layers.push(...(parsed.layers ?? []));
      return;
    }
    for (const child of parsed.manifests) await follow(child);
  };
  await follow(root);
  return { manifests, layers };
}

/** Digests of all layers of the one image of a layout. Throws where it cannot be followed. */
export async function layersOf(dir: string): Promise<string[]> {
  const { layers } = await graphOf(dir, await rootDescriptor(dir));
  return layers.map(({ digest }) => digest);
}

/** Where a layout keeps the blob `digest` (image-spec 1.1, image-layout.md). */
export function blobPath(dir: string, digest: string): string {
  return join(dir, 'blobs', ...digest.split(':'));
}
