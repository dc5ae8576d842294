import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, relative, sep } from 'node:path';
import type { NameRule, UserConfig } from './config.ts';
import { repositoryRoot } from './find.ts';
import { toNameRule } from './name-rule.ts';
import { readText } from './read-text.ts';
import { toSourceSettings } from './source-settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the user's own configuration, `$XDG_CONFIG_HOME/safebuild/config.yaml`, by default below `~/.config`.
 *
 * Undefined where there is none, and where it would lie inside of `contextDir` or its repository, which could bring it.
 * Throws `CONFIG_INVALID` with file and line.
 */
export async function loadUserConfig(env: Environment, contextDir: string): Promise<UserConfig | undefined> {
  const path = userConfigPath(env);
  const way = relative((await repositoryRoot(contextDir)) ?? contextDir, path);
  const inside = way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (inside || !there) return undefined;
  const text = await readText(path, path);
  const { parseUserConfig } = await import('./parse.ts');
  const { file, lineOf } = await parseUserConfig(text, path);
  return {
    path,
    secrets: new Map(
      Object.entries(file.secrets ?? {}).map(([name, rule]): [string, NameRule] => [
        name,
        { ...toNameRule(rule), at: { path, line: lineOf(['secrets', name]) } },
      ]),
    ),
    sources: toSourceSettings(file.sources),
  };
}

/** A relative XDG_CONFIG_HOME is not valid: XDG Base Directory Specification 0.8. */
function userConfigPath(env: Environment): string {
  const given = env.XDG_CONFIG_HOME;
  const home = given && isAbsolute(given) ? given : join(env.HOME || homedir(), '.config');
  return join(home, 'safebuild', 'config.yaml');
}
