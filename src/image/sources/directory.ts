import { type Dirent, lstatSync, readlinkSync, type Stats } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { FileAttributes } from '../../finding.ts';
import type { ChunkedBody, ImageEntry, ImageSource, SourceObserver } from '../source.ts';
import { FileBody } from './file-body.ts';
import { SmallFileBody, smallFileBytes } from './small-file-body.ts';

/** Milliseconds of work on small files, which waits for nothing, until the rest of the process has a turn: a Ctrl-C, a spinner. */
const turnMs = 10;

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
  readonly #smallBuffers: Buffer[] = [];
  #turnEnds = performance.now() + turnMs;

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
    await this.#giveTurn();
    const full = join(this.#root, path);
    let stats: Stats;
    let link: string | undefined;
    try {
      stats = lstatSync(full);
      if (stats.isSymbolicLink()) link = readlinkSync(full);
    } catch {
      this.#observer.problem(path, 'the file cannot be read');
      return;
    }
    if (link !== undefined) {
      this.#observer.frame(Buffer.from(`${link}\n`));
      yield { path, size: 0, link, body: nothing() };
    } else if (stats.isFile())
      yield { path, size: stats.size, file: attributesOf(stats), body: this.#body(full, path, stats.size) };
    else this.#observer.problem(path, 'it is no regular file');
  }

  #body(full: string, path: string, size: number): ChunkedBody {
    const failed = (): void => this.#observer.problem(path, 'the file cannot be read');
    return size <= smallFileBytes
      ? new SmallFileBody(full, this.#smallBuffers, failed)
      : new FileBody(full, this.#buffers, failed);
  }

  async #giveTurn(): Promise<void> {
    if (performance.now() < this.#turnEnds) return;
    await setImmediate();
    this.#turnEnds = performance.now() + turnMs;
  }
}

function attributesOf({ mode, uid, gid }: Stats): FileAttributes {
  return { mode: mode & 0o7777, uid, gid };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
