import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { suggest } from '../config/suggest.ts';
import { SafebuildError } from '../errors.ts';
import { commandNames } from './help.ts';

/**
 * Throws `USAGE` where the first word looks like a slip of a command's name: `safebuild verfy app`.
 *
 * Only where nothing of that name lies in `cwd`: as the context of a build, docker would refuse it anyway.
 */
export async function refuseMistyped(word: string | undefined, cwd: string): Promise<void> {
  if (word === undefined || !/^[a-z]+$/i.test(word)) return;
  const near = suggest(word, commandNames);
  if (near === undefined || (await exists(resolve(cwd, word)))) return;
  throw new SafebuildError('USAGE', `There is no command ${word}, and no folder of that name to build.`, {
    hint: `Did you mean safebuild ${near}?`,
  });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
