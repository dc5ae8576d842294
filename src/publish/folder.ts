import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import {
  chmod,
  copyFile,
  lchown,
  lstat,
  lutimes,
  mkdir,
  readdir,
  readlink,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode, SafebuildError } from '../errors.ts';

/**
 * Moves the content of a proved folder into its destination, as buildx's local exporter merges it: what stands there and is
 * not part of the export stays, what is part of it is replaced.
 *
 * Owners, modes, times and links come along. No link is followed, in neither folder, but the destination itself may be one: an
 * image must not be able to choose what is written outside. Throws PUBLISH_FAILED for what cannot be written.
 */
export async function placeFolder(from: string, to: string): Promise<void> {
  try {
    await mkdir(to, { recursive: true });
    await merge(from, to);
  } catch (cause) {
    if (cause instanceof SafebuildError) throw cause;
    throw new SafebuildError('PUBLISH_FAILED', `${to} cannot be written.`, {
      cause,
      hint: 'Check that it may be written to; the build is cached.',
    });
  }
}

async function merge(from: string, to: string): Promise<void> {
  for (const name of await readdir(from)) await place(join(from, name), join(to, name));
}

async function place(from: string, to: string): Promise<void> {
  const stats = await lstat(from);
  const there = await lstat(to).catch(() => undefined);
  if (!stats.isDirectory()) {
    if (there?.isDirectory()) await rm(to, { recursive: true });
    await move(from, to, stats);
    return;
  }
  if (there !== undefined && !there.isDirectory()) await rm(to);
  if (!there?.isDirectory()) await mkdir(to);
  await merge(from, to);
  await take(to, stats);
}

async function move(from: string, to: string, stats: Stats): Promise<void> {
  try {
    await rename(from, to);
    return;
  } catch (error) {
    if (!hasCode(error, 'EXDEV')) throw error;
  }
  const beside = `${to}.safebuild-${randomUUID()}`;
  try {
    if (stats.isSymbolicLink()) await symlink(await readlink(from), beside);
    else if (stats.isFile()) await copyFile(from, beside);
    else throw new SafebuildError('PUBLISH_FAILED', `${to} is a device or a pipe, which cannot be copied.`);
    await take(beside, stats);
    await rename(beside, to);
  } finally {
    await rm(beside, { force: true });
  }
}

/** Gives an entry owner, mode and times; whoever is not root keeps what he makes, and then it is never setuid. */
async function take(path: string, stats: Stats): Promise<void> {
  const owned = await lchown(path, stats.uid, stats.gid).then(
    () => true,
    (error: unknown) => {
      if (hasCode(error, 'EPERM')) return false;
      throw error;
    },
  );
  // After the owner: changing that takes the setuid bit away.
  if (!stats.isSymbolicLink()) await chmod(path, stats.mode & (owned ? 0o7777 : 0o1777));
  await lutimes(path, stats.atime, stats.mtime);
}
