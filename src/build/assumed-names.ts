import type { Dockerfile } from '../dockerfile/index.ts';
import { judgeName } from '../secrets/index.ts';
import type { Sources } from './sources.ts';

/**
 * The sources, with the build arguments that their names alone call secrets, `given`, and what a build would fetch, among the
 * secrets.
 *
 * Whoever checks a Dockerfile may have no value: a build that gets one would leak it. What the project calls a setting, or
 * what was looked at and judged one, stays a setting.
 */
export function withNames(sources: Sources, given: readonly string[]): Sources {
  const { config, dockerfile, secrets } = sources;
  const known = new Set(secrets.names());
  const settings = new Set(secrets.settings.map(({ name }) => name));
  const named = dockerfile ? argumentNames(dockerfile.model).filter((name) => judgeName(name).strong) : [];
  const added = [...new Set([...named, ...given, ...secrets.unfetched.map(({ name }) => name)])].filter(
    (name) => !settings.has(name) && config.secrets.get(name)?.kind !== 'setting',
  );
  const names = [...known, ...added.filter((name) => !known.has(name))];
  return {
    ...sources,
    secrets: { ...secrets, names: () => names, offered: new Set([...secrets.offered, ...added]) },
  };
}

function argumentNames({ instructions }: Dockerfile): string[] {
  return instructions.flatMap((instruction) => {
    const { keyword, pairs = [] } = instruction.onbuild ?? instruction;
    return keyword === 'ARG' ? pairs.map(({ name }) => name) : [];
  });
}
