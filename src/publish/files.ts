import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, lstat, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { hasCode, SafebuildError } from '../errors.ts';

/**
 * Puts a proved file at its destination, in one step: nobody ever sees half of it.
 *
 * A link is followed, and what is no regular file (`/dev/null`, a pipe) is written to, as docker does. Throws PUBLISH_FAILED
 * when it cannot be written.
 */
export async function placeFile(from: string, to: string): Promise<void> {
  await written(to, async () => {
    const target = await replaceable(to);
    if (target === undefined) return pipeline(createReadStream(from), createWriteStream(to));
    await moveFile(from, target);
  });
}

/** Writes a small file that the build was asked for, in the same way. */
export async function placeText(text: string, to: string): Promise<void> {
  await written(to, async () => {
    const target = await replaceable(to);
    if (target === undefined) return writeFile(to, text);
    const beside = join(dirname(target), `.safebuild-${randomUUID()}.tmp`);
    try {
      await writeFile(beside, text, { flag: 'wx', mode: 0o644 });
      await rename(beside, target);
    } finally {
      await rm(beside, { force: true });
    }
  });
}

/** Renames, also to another file system, and also over a file that is there. */
async function moveFile(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!hasCode(error, 'EXDEV')) throw error;
    const beside = `${to}.safebuild-${randomUUID()}`;
    try {
      await copyFile(from, beside);
      await rename(beside, to);
    } finally {
      await rm(beside, { force: true });
    }
  }
}

/** The path whose entry may be replaced by a new file; undefined where only the thing that is there can be written to. */
async function replaceable(to: string): Promise<string | undefined> {
  try {
    // A rename over a device, a pipe or a link would destroy it.
    return (await stat(to)).isFile() ? await realpath(to) : undefined;
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    const dangling = await lstat(to).then(
      () => true,
      () => false,
    );
    return dangling ? undefined : to;
  }
}

async function written(to: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    throw new SafebuildError('PUBLISH_FAILED', `${to} cannot be written.`, {
      cause,
      hint: 'Check that its folder exists and may be written to; the build is cached.',
    });
  }
}

/** Streams a proved file, for an output that was to go to standard output. */
export async function* readProved(path: string): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) yield chunk as Uint8Array;
}
