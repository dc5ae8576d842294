import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { ImageEntry, ImageSource } from '../../../src/image/source.ts';
import { buildTar, type TarFile } from './build-tar.ts';

export interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
  [field: string]: unknown;
}

export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The files of an OCI layout, put together piece by piece. */
export class Layout {
  readonly files = new Map<string, Buffer>([['oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}')]]);

  /** Adds a blob; objects become JSON. */
  blob(content: Uint8Array | object, mediaType: string, fields: object = {}): Descriptor {
    const bytes = content instanceof Uint8Array ? Buffer.from(content) : Buffer.from(JSON.stringify(content));
    const digest = sha256(bytes);
    this.files.set(`blobs/${digest.replace(':', '/')}`, bytes);
    return { mediaType, digest, size: bytes.length, ...fields };
  }

  /** Adds an image with a gzip layer for each list of files; gives back its manifest's descriptor. */
  image(layers: readonly (readonly TarFile[])[], options: ImageOptions = {}): Descriptor {
    const tars = layers.map(buildTar);
    const compress = options.compress ?? gzipSync;
    const [os, architecture] = (options.platform ?? 'linux/amd64').split('/');
    const config = this.blob(
      {
        os,
        architecture,
        config: options.config ?? {},
        rootfs: { type: 'layers', diff_ids: tars.map(sha256) },
        history: options.history ?? layers.map((_, index) => ({ created_by: `COPY layer ${index + 1}` })),
      },
      'application/vnd.oci.image.config.v1+json',
    );
    const blobs = tars.map((tar) => this.blob(compress(tar), 'application/vnd.oci.image.layer.v1.tar+gzip'));
    return this.blob(
      { schemaVersion: 2, config, layers: blobs, ...options.manifest },
      'application/vnd.oci.image.manifest.v1+json',
      { platform: { os, architecture } },
    );
  }

  /** Adds BuildKit's attestation of a manifest in its image-manifest shape. */
  attestation(subject: Descriptor, statement: object): Descriptor {
    const layer = this.blob(statement, 'application/vnd.in-toto+json');
    const config = this.blob({ os: 'unknown', architecture: 'unknown' }, 'application/vnd.oci.image.config.v1+json');
    return this.blob({ schemaVersion: 2, config, layers: [layer] }, 'application/vnd.oci.image.manifest.v1+json', {
      platform: { os: 'unknown', architecture: 'unknown' },
      annotations: {
        'vnd.docker.reference.type': 'attestation-manifest',
        'vnd.docker.reference.digest': subject.digest,
      },
    });
  }

  index(manifests: readonly Descriptor[]): Descriptor {
    return this.blob({ schemaVersion: 2, manifests }, 'application/vnd.oci.image.index.v1+json');
  }

  /** Writes index.json. */
  root(manifests: readonly Descriptor[]): this {
    this.files.set('index.json', Buffer.from(JSON.stringify({ schemaVersion: 2, manifests })));
    return this;
  }

  path(descriptor: Descriptor): string {
    return `blobs/${descriptor.digest.replace(':', '/')}`;
  }
}

export interface ImageOptions {
  platform?: string;
  config?: object;
  history?: readonly object[];
  /** Fields of the manifest beside config and layers. */
  manifest?: object;
  compress?: (tar: Buffer) => Buffer;
}

/** A source of files that are in memory, in chunks of `chunkBytes`. */
export function memorySource(
  files: ReadonlyMap<string, Buffer>,
  holds: 'image' | 'files' = 'image',
  chunkBytes = 65536,
): ImageSource & { closed: boolean } {
  return {
    name: 'memory',
    holds,
    closed: false,
    async *entries(): AsyncGenerator<ImageEntry> {
      for (const [path, bytes] of files) yield { path, size: bytes.length, body: chunksOf(bytes, chunkBytes) };
    },
    close() {
      this.closed = true;
      return Promise.resolve();
    },
  };
}

/** As sources may do, every chunk is in the same memory: whoever keeps one sees it change. */
async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(Math.min(size, bytes.length));
  for (let at = 0; at < bytes.length; at += size) {
    yield buffer.subarray(0, bytes.copy(buffer, 0, at, at + size));
    buffer.fill(0xee);
  }
}
