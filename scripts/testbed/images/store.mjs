import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { cacheFolder } from '../cache.mjs';
import { TestbedFailure } from '../failure.mjs';

/**
 * A blob of the cache as an OCI descriptor has it.
 *
 * @typedef {{ mediaType: string, digest: string, size: number }} Descriptor
 */

/** The folder of all images: `blobs/sha256/…` as in an OCI layout, records beside it. */
export function imagesFolder() {
  return join(cacheFolder(), 'images');
}

/** Stores a JSON document. */
export async function storeJson(mediaType, document) {
  const bytes = Buffer.from(JSON.stringify(document));
  const digest = createHash('sha256').update(bytes).digest('hex');
  await mkdir(blobsFolder(), { recursive: true });
  await writeFile(join(blobsFolder(), digest), bytes);
  return { mediaType, digest: `sha256:${digest}`, size: bytes.length };
}

/**
 * Stores a folder as a gzipped layer.
 *
 * Times and order are fixed, so that the same files give the same digest on every machine.
 *
 * @returns {Promise<Descriptor & { diffId: string }>} `diffId`: the digest of the plain tar
 */
export async function storeLayer(folder) {
  await mkdir(blobsFolder(), { recursive: true });
  const unfinished = join(blobsFolder(), `.part-${randomUUID()}`);
  const order = ['--sort=name', '--mtime=@1700000000', '--numeric-owner', '--format=gnu'];
  const tar = spawn('tar', [...order, '-C', folder, '-cf', '-', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => tar.once('close', resolve));
  const plain = createHash('sha256');
  const zipped = createHash('sha256');
  let size = 0;
  try {
    await pipeline(
      tar.stdout,
      tap((chunk) => plain.update(chunk)),
      createGzip({ level: 3 }),
      tap((chunk) => {
        zipped.update(chunk);
        size += chunk.length;
      }),
      createWriteStream(unfinished),
    );
    if ((await ended) !== 0) throw new TestbedFailure(`tar could not read ${folder}`);
    const digest = zipped.digest('hex');
    await rename(unfinished, join(blobsFolder(), digest));
    const mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip';
    return { mediaType, digest: `sha256:${digest}`, size, diffId: `sha256:${plain.digest('hex')}` };
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** Where a blob lies below `imagesFolder()`. */
export function blobPath(digest) {
  return `blobs/${digest.replace(':', '/')}`;
}

function blobsFolder() {
  return join(imagesFolder(), 'blobs', 'sha256');
}

function tap(see) {
  return async function* (source) {
    for await (const chunk of source) {
      see(chunk);
      yield chunk;
    }
  };
}
