import { access, chmod, constants, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { noteName, readEngineNote, type Unproved } from './unproved.ts';

/** Two private folders of one build; both are gone after `remove()`. */
export interface WorkDirs {
  /** For the quarantine: as large as the image, so on disk. */
  quarantine: string;
  /** For values that no variable can hold: on tmpfs where the system has one. */
  values: string;
  /** What builds that were killed left in an engine; their folders are gone now. */
  leftBehind: readonly Unproved[];
  /** Leaves the engine's note, and nothing else, to the next build. */
  keepNote(): void;
  remove(): Promise<void>;
}

/**
 * Makes the private folders (mode 0700) and removes those of builds that were killed before they could do it themselves.
 *
 * The process id in a folder's name says whether its build still runs. `pid` is our own. It means nothing in another
 * container that shares the folder, so `namespace` (digits, or nothing) keeps those apart.
 */
export async function makeWorkDirs(
  env: Readonly<Record<string, string>>,
  pid: number,
  isAlive: (pid: number) => boolean,
  namespace = '',
): Promise<WorkDirs> {
  const owner: Owner = { pid, isAlive, prefix: namespace === '' ? 'safebuild-' : `safebuild-${namespace}.` };
  const cache = join(cacheHome(env), 'safebuild', 'builds');
  const leftBehind: Unproved[] = [];
  // Notes are read in the user's own folder alone: in a shared one anybody could write them.
  const quarantine = await makeIn(cache, owner, leftBehind).catch(() => makeIn(tmpdir(), owner));
  try {
    const values = await makeIn(await valuesParent(env), owner);
    let kept: string | undefined;
    return {
      quarantine,
      values,
      leftBehind,
      keepNote() {
        kept = noteName;
      },
      async remove() {
        const gone = kept === undefined ? [quarantine] : (await readdir(quarantine)).filter((name) => name !== kept);
        const paths = [...gone.map((name) => resolve(quarantine, name)), values];
        await Promise.all(paths.map((path) => rm(path, { recursive: true, force: true })));
      },
    };
  } catch (error) {
    await rm(quarantine, { recursive: true, force: true });
    throw error;
  }
}

/** The user's folder for caches. A relative XDG_CACHE_HOME is not valid: XDG Base Directory Specification 0.8. */
export function cacheHome(env: Readonly<Record<string, string>>): string {
  const given = env.XDG_CACHE_HOME;
  return given && isAbsolute(given) ? given : join(env.HOME || homedir(), '.cache');
}

interface Owner {
  pid: number;
  isAlive(pid: number): boolean;
  prefix: string;
}

async function makeIn(parent: string, owner: Owner, leftBehind: Unproved[] = []): Promise<string> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  leftBehind.push(...(await sweep(parent, owner)));
  const dir = await mkdtemp(join(parent, `${owner.prefix}${owner.pid}-`));
  await chmod(dir, 0o700);
  return dir;
}

async function sweep(parent: string, { prefix, isAlive }: Owner): Promise<Unproved[]> {
  const leftBehind: Unproved[] = [];
  for (const name of await readdir(parent)) {
    const pid = new RegExp(`^${prefix.replace('.', '[.]')}(\\d+)-\\w{6}$`).exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const note = await readEngineNote(join(parent, name));
    if (note !== undefined) leftBehind.push(note);
    // Another user's leftovers in a shared folder stay: not ours to remove.
    await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined);
  }
  return leftBehind;
}

/** The first folder in memory that can be written; a disk is the last resort. */
async function valuesParent(env: Readonly<Record<string, string>>): Promise<string> {
  for (const dir of [env.XDG_RUNTIME_DIR, '/dev/shm']) {
    if (!dir) continue;
    const usable = await access(dir, constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return dir;
  }
  return tmpdir();
}
