import { access, chmod, constants, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { metadataName, noteEngineBuild, noteLifeMs, noteName, readEngineNote, type Unproved } from './unproved.ts';

/** Two private folders of one build. */
export interface WorkDirs {
  /** For the quarantine: as large as the image, so on disk. */
  quarantine: string;
  /** For values that no variable can hold: on tmpfs where the system has one. */
  values: string;
  /** What builds that were killed left in an engine; only the notes are left of their folders. */
  leftBehind: readonly Unproved[];
  /** Empties both folders, but for the engine's note, for another try at the same build. */
  clear(): Promise<void>;
  /** Removes both folders. A note of the engine that is still there stays, and nothing else, for the next build. */
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
    return {
      quarantine,
      values,
      leftBehind,
      async clear() {
        await Promise.all([removeIn(quarantine, [noteName]), removeIn(values, [])]);
      },
      async remove() {
        await Promise.all([removeButNote(quarantine), rm(values, { recursive: true, force: true })]);
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

async function makeIn(parent: string, owner: Owner, leftBehind?: Unproved[]): Promise<string> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const left = await sweep(parent, owner, leftBehind !== undefined);
  leftBehind?.push(...left);
  const dir = await mkdtemp(join(parent, `${owner.prefix}${owner.pid}-`));
  await chmod(dir, 0o700);
  return dir;
}

async function sweep(parent: string, { prefix, isAlive }: Owner, keepsNotes: boolean): Promise<Unproved[]> {
  const leftBehind: Unproved[] = [];
  for (const name of await readdir(parent)) {
    const pid = new RegExp(`^${prefix.replace('.', '[.]')}(\\d+)-\\w{6}$`).exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const folder = join(parent, name);
    const note = keepsNotes && (await isRecent(join(folder, noteName))) ? await readEngineNote(folder) : undefined;
    if (note !== undefined) leftBehind.push(note);
    // Another user's leftovers in a shared folder stay: not ours to remove.
    await reduce(folder, note).catch(() => undefined);
  }
  return leftBehind;
}

/** Leaves of a folder its note, into which goes what buildx noted, once: its age counts. Without a note, leaves nothing. */
async function reduce(folder: string, note: Unproved | undefined): Promise<void> {
  if (note !== undefined && (await readdir(folder)).includes(metadataName)) await noteEngineBuild(folder, note);
  if (note === undefined) await rm(folder, { recursive: true, force: true });
  else await removeIn(folder, [noteName]);
}

async function isRecent(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs < noteLifeMs;
}

/** A folder that somebody else has removed is as good. */
async function removeButNote(folder: string): Promise<void> {
  if ((await readdir(folder).catch((): string[] => [])).includes(noteName)) await removeIn(folder, [noteName]);
  else await rm(folder, { recursive: true, force: true });
}

/** The folder itself stays: in a shared parent its name could be taken by somebody else. */
async function removeIn(folder: string, kept: readonly string[]): Promise<void> {
  const gone = (await readdir(folder)).filter((name) => !kept.includes(name));
  await Promise.all(gone.map((name) => rm(join(folder, name), { recursive: true, force: true })));
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
