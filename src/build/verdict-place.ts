import { isAbsolute, join, relative, resolve } from 'node:path';
import type { VerdictPlace } from '../scan/index.ts';
import { versionKey } from './version-key.ts';
import { cacheHome } from './work-dir.ts';

/**
 * Where it is remembered which layers were found clean: `$XDG_CACHE_HOME/safebuild/verdicts`, under the key that versions of
 * secrets are made from.
 *
 * Undefined, so that every layer is searched every time, with SAFEBUILD_VERDICTS=off, and where the folder would lie inside the
 * build context `contextDir`. Throws CONFIG_INVALID as `versionKey` does.
 */
export async function verdictPlace(
  env: Readonly<Record<string, string>>,
  contextDir?: string,
): Promise<VerdictPlace | undefined> {
  if (env.SAFEBUILD_VERDICTS === 'off') return undefined;
  const dir = join(cacheHome(env), 'safebuild', 'verdicts');
  if (contextDir !== undefined && isInside(dir, contextDir)) return undefined;
  return { dir, key: await versionKey(env, contextDir) };
}

function isInside(path: string, dir: string): boolean {
  const way = relative(resolve(dir), resolve(path));
  return way === '' || (way.split(/[\\/]/)[0] !== '..' && !isAbsolute(way));
}
