import { hasCode, SafebuildError } from '../errors.ts';
import type { FileChange } from './changes.ts';
import { forgetOriginals, keepOriginals } from './originals.ts';
import { fileState, type Replacement, realTarget, replaceFiles } from './replace-files.ts';

/**
 * Writes the changes, all or none, and keeps the originals for `undo`; returns the folder that they are in.
 *
 * `dockerfile` is the absolute path of the Dockerfile that was migrated. Throws `USAGE` where a file is no longer what it
 * was when it was read, is no UTF-8 text, leads out of the project, or cannot be written; then nothing was written.
 */
export async function writeChanges(
  dockerfile: string,
  changes: readonly FileChange[],
  env: Readonly<Record<string, string>>,
  now: Date,
): Promise<string> {
  const replacements = await Promise.all(
    changes.map(async (change): Promise<Replacement> => {
      const path = await realTarget(change.absolute);
      await refuseChanged(path, change);
      return { path, content: Buffer.from(change.after) };
    }),
  );
  const folder = await keepOriginals(await realTarget(dockerfile), replacements, env, now).catch(unwritable);
  try {
    await replaceFiles(replacements);
  } catch (error) {
    await forgetOriginals(folder);
    return unwritable(error);
  }
  return folder;
}

const refusals = ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'];

function unwritable(error: unknown): never {
  const code = refusals.find((refusal) => hasCode(error, refusal));
  if (code === undefined) throw error;
  throw new SafebuildError('USAGE', `The project or the folder for its originals cannot be written to (${code}).`, {
    cause: error,
    hint: 'Nothing was changed. See docs/migrate.md for where originals are kept.',
  });
}

/** By bytes: a text that is no UTF-8 was read with losses, and would be written with them. */
async function refuseChanged(path: string, { before, path: shown }: FileChange): Promise<void> {
  const now = (await fileState(path))?.content;
  if (before === undefined ? now === undefined : now?.equals(Buffer.from(before))) return;
  const what = before !== undefined && now?.toString('utf8') === before ? 'is no UTF-8 text' : 'was changed meanwhile';
  throw new SafebuildError('USAGE', `${shown} ${what}, so nothing was written.`, {
    hint: 'Run safebuild migrate again.',
  });
}
