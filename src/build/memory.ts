import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isInside } from './version-key.ts';
import { cacheHome } from './work-dir.ts';

/** As many subjects as anybody works on in a month; each note is a few kilobytes. */
const mostNotes = 100;

/**
 * Small notes that make the next build quicker, in `$XDG_CACHE_HOME/safebuild/KIND`: one for each subject.
 *
 * Hints only: whoever reads one must come to the same end without it, and nothing that a proof says rests on it. Nothing here
 * throws: what cannot be read is not there, and what cannot be written is not kept.
 */
export class Memory {
  readonly #dir: string | undefined;

  /** Remembers nothing where its folder would lie inside the build context, and be sent with it. */
  constructor(env: Readonly<Record<string, string>>, kind: string, contextDir: string | undefined) {
    const dir = join(cacheHome(env), 'safebuild', kind);
    this.#dir = contextDir !== undefined && isInside(dir, contextDir) ? undefined : dir;
  }

  /** The note on `subject`; undefined where there is none that is JSON. */
  async recall(subject: string): Promise<unknown> {
    const path = this.#path(subject);
    if (path === undefined) return undefined;
    try {
      return JSON.parse(await readFile(path, 'utf8')) as unknown;
    } catch {
      return undefined;
    }
  }

  /** Replaces the note on `subject`, in one step. */
  async note(subject: string, note: unknown): Promise<void> {
    const path = this.#path(subject);
    if (path === undefined || this.#dir === undefined) return;
    const draft = `${path}.${randomBytes(8).toString('hex')}`;
    try {
      await mkdir(this.#dir, { recursive: true, mode: 0o700 });
      await writeFile(draft, JSON.stringify(note), { mode: 0o600, flag: 'wx' });
      await rename(draft, path);
      await this.#prune(this.#dir);
    } catch {
      await rm(draft, { force: true }).catch(() => undefined);
    }
  }

  async forget(subject: string): Promise<void> {
    const path = this.#path(subject);
    if (path !== undefined) await rm(path, { force: true }).catch(() => undefined);
  }

  #path(subject: string): string | undefined {
    return this.#dir && join(this.#dir, createHash('sha256').update(subject).digest('hex'));
  }

  /** What was written longest ago goes first, also drafts of processes that were killed. */
  async #prune(dir: string): Promise<void> {
    const names = await readdir(dir);
    if (names.length <= mostNotes) return;
    const aged = await Promise.all(names.map(async (name) => ({ name, ms: (await stat(join(dir, name))).mtimeMs })));
    aged.sort((a, b) => b.ms - a.ms);
    await Promise.all(aged.slice(mostNotes).map(({ name }) => rm(join(dir, name), { force: true })));
  }
}
