import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { SafebuildError } from '../errors.ts';
import { normalizeReference } from './reference.ts';

/** The fields of an OCI descriptor that publishing needs (image-spec 1.1, descriptor.md). */
export interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
  platform?: { os: string; architecture: string; variant?: string };
  annotations?: Record<string, string>;
}

/** The one image of a layout that a build wrote. Throws SCAN_INCOMPLETE if it holds none or several. */
export async function rootDescriptor(dir: string): Promise<Descriptor> {
  const index = JSON.parse(await readFile(join(dir, 'index.json'), 'utf8')) as { manifests?: Descriptor[] };
  const [first, ...others] = index.manifests ?? [];
  // One entry a tag: all of them name the same image.
  if (first === undefined || others.some((other) => other.digest !== first.digest)) {
    throw new SafebuildError('SCAN_INCOMPLETE', 'The build wrote no single image, so nothing can be published.', {
      hint: 'Report this with the builder driver and its BuildKit version.',
    });
  }
  return first;
}

/** For an engine whose store knows no OCI layouts: what the archive's `manifest.json` must say. */
export interface LegacyManifest {
  Config: string;
  RepoTags: string[] | null;
  Layers: string[];
}

export interface LayoutTarOptions {
  legacy?: LegacyManifest | undefined;
  /** Digests of blobs that are left out. */
  without?: ReadonlySet<string>;
}

/**
 * The layout as a tar stream for `docker load`, with only these names.
 *
 * `index.json` is written anew: it is the envelope of the image, not part of it. With no name the image is loaded without a
 * tag, as an untagged `docker build` leaves it. Every blob goes out as it lies in the folder; the engine checks each digest.
 */
export function layoutTar(
  dir: string,
  root: Descriptor,
  names: readonly string[],
  { legacy, without }: LayoutTarOptions = {},
): AsyncIterable<Uint8Array> {
  const archive = pack();
  const write = async (): Promise<void> => {
    const plain = ({ annotations: _, ...descriptor }: Descriptor): Descriptor => descriptor;
    const manifests =
      names.length === 0
        ? [plain(root)]
        : names.map((name) => ({
            ...plain(root),
            annotations: { 'io.containerd.image.name': normalizeReference(name) },
          }));
    const index = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests };
    archive.entry({ name: 'oci-layout' }, '{"imageLayoutVersion":"1.0.0"}');
    archive.entry({ name: 'index.json' }, JSON.stringify(index));
    if (legacy) archive.entry({ name: 'manifest.json' }, JSON.stringify([legacy]));
    const blobs = join(dir, 'blobs', 'sha256');
    for (const name of await readdir(blobs)) {
      if (without?.has(`sha256:${name}`)) continue;
      const file = join(blobs, name);
      const { size } = await stat(file);
      await pipeline(
        createReadStream(file, { highWaterMark: 1024 * 1024 }),
        archive.entry({ name: `blobs/sha256/${name}`, size }),
      );
    }
    archive.finalize();
  };
  write().catch((error: unknown) =>
    archive.destroy(error instanceof Error ? error : new Error('reading the layout failed')),
  );
  return archive as unknown as AsyncIterable<Uint8Array>;
}
