import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf } from './small-registry.ts';

export interface Node {
  mediaType: string;
  digest: string;
  size: number;
}

const oci = 'application/vnd.oci.image';

/** An OCI layout folder in the making. */
export interface Layout {
  dir: string;
  blob(bytes: string, mediaType: string): Promise<Node>;
  /** An image of these layers. */
  image(...layers: string[]): Promise<Node>;
  index(...children: Node[]): Promise<Node>;
}

/** Runs `action` with an empty layout. */
export async function withLayout<T>(action: (layout: Layout) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'safebuild-layout-'));
  const blobs = join(dir, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  const blob: Layout['blob'] = async (bytes, mediaType) => {
    const digest = digestOf(bytes);
    await writeFile(join(blobs, digest.slice('sha256:'.length)), bytes);
    return { mediaType, digest, size: Buffer.byteLength(bytes) };
  };
  const image: Layout['image'] = async (...layers) => {
    const config = await blob('{"os":"linux"}', `${oci}.config.v1+json`);
    const made = await Promise.all(layers.map((layer) => blob(layer, `${oci}.layer.v1.tar`)));
    return blob(JSON.stringify({ config, layers: made }), `${oci}.manifest.v1+json`);
  };
  const index: Layout['index'] = (...manifests) => blob(JSON.stringify({ manifests }), `${oci}.index.v1+json`);
  try {
    return await action({ dir, blob, image, index });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
