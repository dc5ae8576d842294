import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasCode } from '../errors.ts';
import type { Descriptor } from './layout-tar.ts';

/** Puts a proved file at its destination, in one step: nobody ever sees half of it. */
export async function placeFile(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!hasCode(error, 'EXDEV')) throw error;
    const beside = `${to}.safebuild-${randomUUID()}`;
    try {
      await copyFile(from, beside);
      await rename(beside, to);
    } finally {
      await rm(beside, { force: true });
    }
  }
}

/** Writes a small file that the build was asked for, in one step. */
export async function placeText(text: string, to: string): Promise<void> {
  const beside = join(dirname(to), `.safebuild-${randomUUID()}.tmp`);
  try {
    await writeFile(beside, text, { flag: 'wx', mode: 0o644 });
    await rename(beside, to);
  } finally {
    await rm(beside, { force: true });
  }
}

/**
 * Merges a proved folder into its destination, as buildx's local exporter does: what stands there and is not part of the
 * export stays. Owners, modes, times and links are kept as far as the user may set them.
 */
export async function placeFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await cp(from, to, { recursive: true, force: true, preserveTimestamps: true, verbatimSymlinks: true });
}

/** Streams a proved file, for an output that was to go to standard output. */
export async function* readProved(path: string): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) yield chunk as Uint8Array;
}

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
