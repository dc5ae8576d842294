import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SafebuildError } from '../errors.ts';

const names = ['safebuild.yaml', 'safebuild.yml'];

/** The folder with `.git` at or above `folder`; undefined outside of a repository. */
export async function repositoryRoot(folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    // A worktree and a submodule have a file of that name.
    if (await exists(join(at, '.git'))) return at;
    if (dirname(at) === at) return undefined;
  }
}

/**
 * The absolute path of the project's configuration: in one of `folders`, else above the first of them, up to the root of
 * its repository and no further.
 *
 * Throws `CONFIG_INVALID` when one folder has both spellings.
 */
export async function findConfig(folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const found = await configIn(folder);
    if (found !== undefined) return found;
  }
  for (const folder of folders) {
    const root = await repositoryRoot(folder);
    for (let at = folder; root !== undefined && at !== root; at = dirname(at)) {
      const found = await configIn(dirname(at));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

async function configIn(folder: string): Promise<string | undefined> {
  const paths = names.map((name) => join(folder, name));
  const present = await Promise.all(paths.map(isFile));
  if (present.every(Boolean)) {
    throw new SafebuildError('CONFIG_INVALID', `${folder} has both ${names.join(' and ')}`, {
      hint: 'Keep one of them.',
    });
  }
  return paths[present.indexOf(true)];
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}
