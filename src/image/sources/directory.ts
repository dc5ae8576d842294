import { createReadStream, type Dirent, type Stats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageEntry, ImageSource, SourceObserver } from '../source.ts';

const readBytes = 256 * 1024;

/**
 * A folder: an OCI layout, an unpacked `docker save`, or what `-o local` wrote.
 *
 * Symbolic links are entries with `link` and are never followed. What cannot be read, and what is neither file, folder nor
 * link, is a problem. A file that shrinks or grows while it is read yields another number of bytes than `size`.
 */
export function directorySource(root: string, holds: 'image' | 'files'): ImageSource {
  return {
    name: root,
    holds,
    entries: (observer) => walk(root, '', observer),
    close: () => Promise.resolve(),
  };
}

async function* walk(root: string, folder: string, observer: SourceObserver): AsyncGenerator<ImageEntry> {
  let names: Dirent[];
  try {
    names = await readdir(join(root, folder), { withFileTypes: true });
  } catch {
    observer.problem(folder === '' ? root : folder, 'the folder cannot be read');
    return;
  }
  names.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of names) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    observer.frame(Buffer.from(`${path}\n`));
    if (entry.isDirectory()) yield* walk(root, path, observer);
    else yield* entryOf(root, path, observer);
  }
}

async function* entryOf(root: string, path: string, observer: SourceObserver): AsyncGenerator<ImageEntry> {
  const full = join(root, path);
  let stats: Stats;
  let link: string | undefined;
  try {
    stats = await lstat(full);
    if (stats.isSymbolicLink()) link = await readlink(full);
  } catch {
    observer.problem(path, 'the file cannot be read');
    return;
  }
  if (link !== undefined) {
    observer.frame(Buffer.from(`${link}\n`));
    yield { path, size: 0, link, body: nothing() };
  } else if (stats.isFile()) yield { path, size: stats.size, body: read(full, path, observer) };
  else observer.problem(path, 'it is no regular file');
}

async function* read(full: string, path: string, observer: SourceObserver): AsyncGenerator<Uint8Array> {
  const stream = createReadStream(full, { highWaterMark: readBytes });
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch {
    observer.problem(path, 'the file cannot be read');
  } finally {
    stream.destroy();
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
