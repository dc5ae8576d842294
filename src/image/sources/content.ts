import { createReadStream, type Dirent } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SafebuildError } from '../../errors.ts';
import { asList, asObject, asText } from '../json.ts';
import type { ImageEntry, ImageSource } from '../source.ts';
import { tarSource } from './tar.ts';

/** Names that only images use: `docker save`, OCI layouts, and tars by skopeo, crane and kaniko (digests as file names). */
const imageNames =
  /^(?:oci-layout|blobs\/sha(?:256|512)\/[0-9a-f]{64,128}|[^/]+\/layer\.tar|(?:sha256:)?[0-9a-f]{64}(?:\.json|\.tar|\.tar\.gz)?)$/;

/** Names that an image may have at its top, and a web application as well. */
const ambiguousNames = ['index.json', 'manifest.json', 'repositories'];

/** Of what is looked into; an image's lists are smaller. */
const maxJsonBytes = 16 * 1024 * 1024;

/**
 * Whether a folder or a tar is an image, or holds files as `-o local` and `-o tar` write them.
 *
 * In doubt (it cannot be read, it is damaged) it is an image: that asks for more. Reads a tar only as far as it must, which
 * for files is to the end. Throws SCAN_INCOMPLETE for an empty folder and for nothing, and what `signal` aborts with.
 */
export async function contentOf(path: string, signal?: AbortSignal): Promise<ImageSource['holds']> {
  const stats = await stat(path).catch((cause: unknown) => {
    throw new SafebuildError('SCAN_INCOMPLETE', `${path} cannot be read`, { cause });
  });
  const holds = stats.isDirectory() ? await ofFolder(path) : await ofTar(path, signal);
  signal?.throwIfAborted();
  return holds;
}

async function ofFolder(folder: string): Promise<ImageSource['holds']> {
  const names = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] | undefined => undefined);
  if (names === undefined) return 'image';
  if (names.length === 0) {
    throw new SafebuildError('SCAN_INCOMPLETE', `${folder} is empty`, {
      hint: 'Name an OCI layout, a folder of files, a tar, or an image.',
    });
  }
  for (const { name } of names) {
    if (name === 'blobs' || imageNames.test(name)) return 'image';
    if (ambiguousNames.includes(name) && isImageJson(name, await readSmall(join(folder, name)))) return 'image';
    if (await isFile(join(folder, name, 'layer.tar'))) return 'image';
  }
  return 'files';
}

async function ofTar(path: string, signal: AbortSignal | undefined): Promise<ImageSource['holds']> {
  const stream = createReadStream(path, { highWaterMark: 256 * 1024, ...(signal === undefined ? {} : { signal }) });
  const source = tarSource(path, stream, 'image');
  let damaged = false;
  const observer = {
    frame: () => {},
    problem: () => {
      damaged = true;
    },
  };
  try {
    for await (const entry of source.entries(observer)) {
      if (imageNames.test(entry.path)) return 'image';
      if (ambiguousNames.includes(entry.path) && isImageJson(entry.path, await bytesOf(entry))) return 'image';
    }
  } finally {
    await source.close();
  }
  return damaged ? 'image' : 'files';
}

/** What the files of these names hold in an image, and not in a web application. */
function isImageJson(name: string, bytes: Uint8Array | undefined): boolean {
  if (bytes === undefined) return true;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return false;
  }
  switch (name) {
    case 'index.json':
      return Array.isArray(asObject(value)?.manifests);
    case 'manifest.json':
      return asList(value).some((image) => asText(asObject(image)?.Config) !== undefined);
    default:
      return asObject(value) !== undefined;
  }
}

/** Undefined for more than is looked into. */
async function bytesOf({ size, body }: ImageEntry): Promise<Uint8Array | undefined> {
  if (size > maxJsonBytes) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks);
}

async function readSmall(path: string): Promise<Uint8Array | undefined> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      return size > maxJsonBytes ? undefined : await file.readFile();
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}
