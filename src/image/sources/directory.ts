import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileAttributes } from '../../finding.ts';
import type { ImageEntry, ImageSource, SourceObserver } from '../source.ts';
import { FileBody } from './file-body.ts';

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
    independent: true,
    entries: (observer) => new Walk(root, observer).folder(''),
    close: () => Promise.resolve(),
  };
}

class Walk {
  readonly #root: string;
  readonly #observer: SourceObserver;
  /** Those that no file is being read into. */
  readonly #buffers: Buffer[] = [];

  constructor(root: string, observer: SourceObserver) {
    this.#root = root;
    this.#observer = observer;
  }

  async *folder(folder: string): AsyncGenerator<ImageEntry> {
    let names: Dirent[];
    try {
      names = await readdir(join(this.#root, folder), { withFileTypes: true });
    } catch {
      this.#observer.problem(folder === '' ? this.#root : folder, 'the folder cannot be read');
      return;
    }
    names.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of names) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      this.#observer.frame(Buffer.from(`${path}\n`));
      if (entry.isDirectory()) yield* this.folder(path);
      else yield* this.#entry(path);
    }
  }

  async *#entry(path: string): AsyncGenerator<ImageEntry> {
    const full = join(this.#root, path);
    let stats: Stats;
    let link: string | undefined;
    try {
      stats = await lstat(full);
      if (stats.isSymbolicLink()) link = await readlink(full);
    } catch {
      this.#observer.problem(path, 'the file cannot be read');
      return;
    }
    if (link !== undefined) {
      this.#observer.frame(Buffer.from(`${link}\n`));
      yield { path, size: 0, link, body: nothing() };
    } else if (stats.isFile())
      yield { path, size: stats.size, file: attributesOf(stats), body: this.#body(full, path) };
    else this.#observer.problem(path, 'it is no regular file');
  }

  #body(full: string, path: string): FileBody {
    return new FileBody(full, this.#buffers, () => this.#observer.problem(path, 'the file cannot be read'));
  }
}

function attributesOf({ mode, uid, gid }: Stats): FileAttributes {
  return { mode: mode & 0o7777, uid, gid };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
