import { randomBytes } from 'node:crypto';
import { chmod, chown, open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isInside } from '../build/version-key.ts';
import { repositoryRoot } from '../config/find.ts';
import { hasCode, SafebuildError } from '../errors.ts';

/** A file as it lies on disk. */
export interface FileState {
  content: Buffer;
  /** Permission bits. */
  mode: number;
}

/** What a path is to become. */
export interface Replacement {
  /** Absolute, behind every symbolic link: see `realTarget`. */
  path: string;
  /** Absent: the file goes. */
  content?: Buffer;
  /** Permission bits; absent: those of the file that is replaced, or of any new file. */
  mode?: number;
}

/**
 * Where a write to `path` ends up: behind its symbolic links, which may not lead out of the repository, or out of the
 * folder where there is none. Throws `USAGE` when they do.
 */
export async function realTarget(path: string): Promise<string> {
  const folder = await realpath(dirname(path));
  const target = await realpath(path).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return join(folder, basename(path));
    throw error;
  });
  if (isInside(target, (await repositoryRoot(folder)) ?? folder)) return target;
  throw new SafebuildError('USAGE', `${path} is a symbolic link that leads out of the project.`, {
    hint: 'Name the file that it points to.',
  });
}

/** The file at a path; undefined when there is none. */
export async function fileState(path: string): Promise<FileState | undefined> {
  try {
    const [content, { mode }] = await Promise.all([readFile(path), stat(path)]);
    return { content, mode: mode & 0o7777 };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/**
 * Replaces files: readers see each of them as it was or as it becomes, never in between.
 *
 * Everything new is on disk before the first file changes. Where one cannot be replaced, those before it are put back.
 * Drafts beside these files that a killed process left are removed first.
 */
export async function replaceFiles(replacements: readonly Replacement[]): Promise<void> {
  for (const { path } of replacements) await removeDrafts(path);
  const before = await Promise.all(replacements.map(({ path }) => fileState(path)));
  const drafts: (string | undefined)[] = [];
  try {
    for (const [index, replacement] of replacements.entries()) drafts.push(await draft(replacement, before[index]));
    let done = 0;
    try {
      for (const { path } of replacements) {
        await putInPlace(drafts[done], path);
        done += 1;
      }
    } catch (error) {
      for (const [index, { path }] of replacements.slice(0, done).entries()) await putBack(path, before[index]);
      throw error;
    }
  } finally {
    await Promise.all(drafts.map((path) => path && rm(path, { force: true })));
  }
}

/** Nobody else writes these files at the same time: two migrations of one Dockerfile could not both be right. */
async function removeDrafts(path: string): Promise<void> {
  const prefix = draftPrefix(path);
  for (const name of await readdir(dirname(path)).catch(() => [])) {
    if (name.startsWith(prefix) && /^[0-9a-f]{12}$/.test(name.slice(prefix.length)))
      await rm(join(dirname(path), name), { force: true });
  }
}

function draftPrefix(path: string): string {
  return `.${basename(path)}.safebuild-`;
}

/** The new content in a file beside the old one: a rename works within one file system only. */
async function draft({ path, content, mode }: Replacement, before?: FileState): Promise<string | undefined> {
  if (content === undefined) return undefined;
  const beside = join(dirname(path), `${draftPrefix(path)}${randomBytes(6).toString('hex')}`);
  const bits = mode ?? before?.mode;
  await using file = await open(beside, 'wx', bits === undefined ? 0o666 : 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
    if (before !== undefined) await keepOwner(path, beside);
    if (bits !== undefined) await chmod(beside, bits);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  return beside;
}

/** As root in a project of another user, or in a shared group; who may not, gets a file of their own. */
async function keepOwner(path: string, beside: string): Promise<void> {
  const { uid, gid } = await stat(path);
  await chown(beside, uid, gid).catch((error: unknown) => {
    if (!hasCode(error, 'EPERM')) throw error;
  });
}

async function putInPlace(beside: string | undefined, path: string): Promise<void> {
  if (beside === undefined) await rm(path);
  else await rename(beside, path);
}

async function putBack(path: string, before: FileState | undefined): Promise<void> {
  if (before === undefined) return rm(path, { force: true });
  const beside = await draft({ path, content: before.content, mode: before.mode });
  await putInPlace(beside, path);
}
