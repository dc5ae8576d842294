import type { Sources } from '../build/sources.ts';
import { type EscapeChar, type Instruction, ignored, parseIgnore, words } from '../dockerfile/index.ts';
import { credentialFile } from '../secrets/index.ts';

/**
 * The sources, with the files of credentials that COPY and ADD name and that are not there.
 *
 * Such files are in no repository, so that a checkout in CI has none of them; a build that finds one would leak it.
 */
export function withAbsentFiles(sources: Sources): Sources {
  const { context, dockerfile, ignoreText, paths, credentials } = sources;
  if (context.kind !== 'folder' || dockerfile === undefined) return sources;
  const patterns = parseIgnore(ignoreText ?? '');
  const there = new Set(paths);
  const named = dockerfile.model.instructions.flatMap((instruction) =>
    copied(instruction.onbuild ?? instruction, dockerfile.model.escape),
  );
  const absent = [...new Set(named)].flatMap((path) => {
    const file = credentialFile(path);
    if (file === undefined || there.has(path) || ignored(patterns, path)) return [];
    const content = { file, secrets: [], references: [], placeholdersOnly: false };
    return [{ path, bytes: new Uint8Array(), content }];
  });
  if (absent.length === 0) return sources;
  return {
    ...sources,
    paths: [...paths, ...absent.map(({ path }) => path)].sort(),
    credentials: [...credentials, ...absent],
  };
}

/** The files that the instruction names one by one, relative to the context. */
function copied(instruction: Instruction, escapeChar: EscapeChar): string[] {
  const { keyword, flags } = instruction;
  if ((keyword !== 'COPY' && keyword !== 'ADD') || flags.some(({ name }) => name === 'from')) return [];
  return words(instruction, escapeChar)
    .slice(0, -1)
    .map(({ value }) => value)
    .filter((value) => !/[$*?[\]]|^<<|^[a-z]+:\/\/|^git@|(?:^|\/)\.\.(?:\/|$)|\/$/.test(value))
    .map((value) =>
      value.replace(/^\/+/, '').replace(/(?:^|\/)(?:\.\/)+/g, (dots) => (dots.startsWith('/') ? '/' : '')),
    );
}
