import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Finding } from '../finding.ts';
import type { Sources } from './sources.ts';

/**
 * Entries of `files:` in safebuild.yaml that fit no file of the context: a slip, or a path from another root.
 *
 * Who has no secrets lacks files that only the build or the running program needs, as CI does: those entries are told only
 * where a file of that name lies elsewhere. `image` is for public files, which everybody has.
 */
export function unmatchedFiles({ config, context, paths }: Pick<Sources, 'config' | 'context' | 'paths'>): Finding[] {
  if (context.kind !== 'folder') return [];
  const { dir } = context;
  return [...config.files].flatMap(([path, { needed, at }]): Finding[] => {
    if (at === undefined || existsSync(join(dir, path))) return [];
    const namesake = paths.find((other) => basename(other) === basename(path));
    if (namesake === undefined && needed !== 'image') return [];
    return [
      {
        rule: 'unmatched-file',
        level: 'note',
        message: `files: ${path} names no file of the build context${namesake === undefined ? '' : `; there is ${namesake}`}.`,
        remedy: 'Write the path from the root of the build context, or take the entry out.',
        location: { kind: 'configuration', ...at },
      },
    ];
  });
}
