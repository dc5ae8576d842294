import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What another process leaves behind when it is killed while it writes. */
const draftName = /\.draft$/;

/** No write takes as long. */
const draftLifeMs = 60 * 60 * 1000;

/**
 * A private folder of small files, bounded in size: the files that were not used for longest go first.
 *
 * Several processes may use it at once: a file appears whole or not at all. Nothing here throws: what cannot be read is not
 * there, and what cannot be written is not kept.
 */
export class BoundedFolder {
  readonly #dir: string;
  readonly #maxBytes: number;

  constructor(dir: string, maxBytes: number) {
    this.#dir = dir;
    this.#maxBytes = maxBytes;
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    const path = join(this.#dir, name);
    try {
      const bytes = await readFile(path);
      const now = new Date();
      // Whether that works changes only what is removed first.
      await utimes(path, now, now).catch(() => undefined);
      return bytes;
    } catch {
      return undefined;
    }
  }

  /** Whether it was kept. */
  async write(name: string, bytes: Uint8Array): Promise<boolean> {
    const draft = join(this.#dir, `${randomBytes(8).toString('hex')}.draft`);
    try {
      await mkdir(this.#dir, { recursive: true, mode: 0o700 });
      await writeFile(draft, bytes, { mode: 0o600, flag: 'wx' });
      await rename(draft, join(this.#dir, name));
      return true;
    } catch {
      await rm(draft, { force: true }).catch(() => undefined);
      return false;
    }
  }

  /** Removes what is over the bound, and drafts that nobody will finish. */
  async prune(): Promise<void> {
    const names = await readdir(this.#dir).catch((): string[] => []);
    const files = (await Promise.all(names.map((name) => this.#file(name)))).flatMap((file) => file ?? []);
    files.sort((a, b) => b.usedMs - a.usedMs);
    const nowMs = Date.now();
    let kept = 0;
    for (const { path, size, usedMs } of files) {
      const isDraft = draftName.test(path);
      if (!isDraft) kept += size;
      if (isDraft ? nowMs - usedMs > draftLifeMs : kept > this.#maxBytes)
        await rm(path, { force: true }).catch(() => undefined);
    }
  }

  async #file(name: string): Promise<{ path: string; size: number; usedMs: number } | undefined> {
    const path = join(this.#dir, name);
    return stat(path).then(
      (stats) => (stats.isFile() ? { path, size: stats.size, usedMs: stats.mtimeMs } : undefined),
      () => undefined,
    );
  }
}
