import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isInside, stateDir } from '../build/version-key.ts';
import { repositoryRoot } from '../config/find.ts';
import { hasCode, SafebuildError } from '../errors.ts';
import { fileState, type Replacement, replaceFiles } from './replace-files.ts';

/** One file of a migration, as its record has it. */
interface Kept {
  /** Absolute, behind every symbolic link. */
  path: string;
  /** SHA-256 of what the migration wrote: only that is undone. */
  written: string;
  /** Name of the original beside the record; absent for a file that the migration created. */
  original?: string;
  mode?: number;
}

const recordName = 'migration.json';

/**
 * Keeps the originals of the files that are about to be replaced; returns the folder they are in.
 *
 * They may hold values: the folder is the user's alone (0700, files 0600), in safebuild's state folder and never inside the
 * project, where a build or a commit could take it along. Throws `USAGE` when it would lie there.
 */
export async function keepOriginals(
  dockerfile: string,
  replacements: readonly Replacement[],
  env: Readonly<Record<string, string>>,
  now: Date,
): Promise<string> {
  const all = await folderOf(dockerfile, env);
  const folder = join(all, `${now.toISOString().replaceAll(/\W/g, '')}-${randomBytes(4).toString('hex')}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const kept: Kept[] = [];
  for (const [index, { path, content }] of replacements.entries()) {
    const before = await fileState(path);
    const original = `${index}`;
    if (before !== undefined) await writeFile(join(folder, original), before.content, { mode: 0o600, flag: 'wx' });
    kept.push({
      path,
      written: digestOf(content ?? Buffer.alloc(0)),
      ...(before === undefined ? {} : { original, mode: before.mode }),
    });
  }
  const draft = join(folder, `${recordName}.draft`);
  await writeFile(draft, JSON.stringify({ version: 1, files: kept }), { mode: 0o600 });
  // Whole or not at all: without a record nothing was replaced yet.
  await rename(draft, join(folder, recordName));
  return folder;
}

/**
 * Undoes the last migration of a Dockerfile, and forgets its originals; returns the paths that it put back or removed.
 *
 * Of a migration that was killed midway, what it had written. Throws `USAGE` when there is none, and when a file was changed
 * since: nothing is undone then.
 */
export async function undo(dockerfile: string, env: Readonly<Record<string, string>>): Promise<string[]> {
  const all = await folderOf(dockerfile, env);
  for (const last of (await readdir(all).catch(() => [])).sort().reverse()) {
    const folder = join(all, last);
    const written = await writtenBy(await readRecord(folder), folder);
    await replaceFiles(
      await Promise.all(
        written.map(async ({ path, original, mode }): Promise<Replacement> => {
          if (original === undefined) return { path };
          return { path, content: await readFile(join(folder, original)), ...(mode === undefined ? {} : { mode }) };
        }),
      ),
    );
    await rm(folder, { recursive: true });
    // A migration that was killed before it wrote anything leaves nothing to undo: the one before it is meant.
    if (written.length > 0) return written.map(({ path }) => path);
  }
  throw new SafebuildError('USAGE', 'There is no migration of this Dockerfile to undo.', {
    hint: 'Name the Dockerfile that was migrated with --file.',
  });
}

/** Forgets originals that were kept for a migration that then was not written. */
export async function forgetOriginals(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

async function folderOf(dockerfile: string, env: Readonly<Record<string, string>>): Promise<string> {
  const state = await realState(stateDir(env));
  const project = dirname(dockerfile);
  if (isInside(state, (await repositoryRoot(project)) ?? project)) {
    throw new SafebuildError(
      'USAGE',
      'The folder for the originals lies inside the project, where a build could take them along.',
      {
        hint: 'Set XDG_STATE_HOME to a folder outside of the project.',
      },
    );
  }
  return join(state, 'undo', createHash('sha256').update(dockerfile).digest('hex').slice(0, 16));
}

/** Behind symbolic links, as far as the path exists. */
async function realState(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!hasCode(error, 'ENOENT') || dirname(path) === path) throw error;
    return join(await realState(dirname(path)), path.slice(dirname(path).length));
  }
}

async function readRecord(folder: string): Promise<Kept[]> {
  try {
    const record = JSON.parse(await readFile(join(folder, recordName), 'utf8')) as { version: number; files: Kept[] };
    if (record.version === 1) return record.files;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new SafebuildError('USAGE', `The record of the last migration in ${folder} cannot be read.`, {
    hint: 'Put the originals back by hand: they are the numbered files there.',
  });
}

/** The files that are as the migration wrote them; those that are still, or again, as they were need nothing. */
async function writtenBy(kept: readonly Kept[], folder: string): Promise<Kept[]> {
  const written: Kept[] = [];
  for (const file of kept) {
    const now = await fileState(file.path);
    if (now !== undefined && digestOf(now.content) === file.written) written.push(file);
    else if (!(await isOriginal(now?.content, file, folder))) {
      throw new SafebuildError('USAGE', `${file.path} was changed since the migration, so nothing was undone.`, {
        hint: `Put back by hand what you want of the originals in ${folder}.`,
      });
    }
  }
  return written;
}

async function isOriginal(now: Buffer | undefined, { original }: Kept, folder: string): Promise<boolean> {
  if (now === undefined || original === undefined) return now === undefined && original === undefined;
  return now.equals(await readFile(join(folder, original)));
}

function digestOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
