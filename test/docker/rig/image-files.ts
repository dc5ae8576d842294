import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';

// A reader that shares no code with src/image.

/** What a container of an image sees and does: its files above the base image, and its configuration. */
export interface ImageContent {
  /** By path without a slash in front: type, mode, owner, and the digest of the content or where a link leads. */
  files: ReadonlyMap<string, string>;
  config: ImageConfig;
  /** Whether a text stands in a layer, unpacked, in the configuration or in the manifest. */
  holds(text: string): boolean;
}

export interface ImageConfig {
  Env?: string[];
  [field: string]: unknown;
}

interface Descriptor {
  digest: string;
  mediaType: string;
  annotations?: Record<string, string>;
  platform?: { os: string };
}

/** Reads the image of an OCI layout folder, without the lowest `below` layers. Folders are left out: tools touch them. */
export async function imageContent(layout: string, below: number): Promise<ImageContent> {
  const blob = (digest: string): Promise<Buffer> => readFile(join(layout, 'blobs', ...digest.split(':')));
  const json = async <T>(digest: string): Promise<T> => JSON.parse((await blob(digest)).toString()) as T;
  const index = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')) as { manifests: Descriptor[] };
  let [descriptor] = index.manifests;
  while (descriptor !== undefined && /index|manifest\.list/.test(descriptor.mediaType)) {
    const { manifests } = await json<{ manifests: Descriptor[] }>(descriptor.digest);
    descriptor = manifests.find(({ platform }) => platform?.os === 'linux') ?? manifests[0];
  }
  const manifest = await json<{ config: Descriptor; layers: Descriptor[] }>(descriptor?.digest ?? '');
  const { config } = await json<{ config: ImageConfig }>(manifest.config.digest);
  const files = new Map<string, string>();
  const bytes = [await blob(manifest.config.digest), await blob(descriptor?.digest ?? '')];
  for (const { digest } of manifest.layers.slice(below)) {
    const stored = await blob(digest);
    const tar = stored[0] === 0x1f ? gunzipSync(stored) : stored;
    bytes.push(tar);
    await addLayer(files, tar);
  }
  return { files, config, holds: (text) => bytes.some((part) => part.includes(text)) };
}

async function addLayer(files: Map<string, string>, tar: Buffer): Promise<void> {
  const reader = extract();
  Readable.from([tar]).pipe(reader);
  for await (const entry of reader) {
    const { name, type = 'file', mode = 0, uid, gid, linkname } = entry.header;
    const hash = createHash('sha256');
    for await (const chunk of entry) hash.update(chunk as Buffer);
    const path = name.replace(/^\.?\/+|\/$/g, '');
    const whiteout = /(^|.*\/)\.wh\.(.+)$/.exec(path);
    if (whiteout) {
      const gone = `${whiteout[1] ?? ''}${whiteout[2]}`;
      for (const known of [...files.keys()]) if (known === gone || known.startsWith(`${gone}/`)) files.delete(known);
    } else if (type !== 'directory') {
      files.set(path, [type, mode.toString(8), uid, gid, linkname ?? hash.digest('hex')].join(' '));
    }
  }
}
