import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDockerfile } from '../dockerfile/index.ts';
import type { ProjectFiles } from '../ecosystems/index.ts';
import { splitStages, templateUrl } from '../ecosystems/split.ts';
import type { Finding } from '../finding.ts';
import type { Rewrite } from './rewrite.ts';
import type { Sources } from './sources.ts';

/** Larger files say nothing about how a project is started. */
const maxTextBytes = 4 * 1024 * 1024;

/**
 * Splits the rewritten Dockerfile where that was asked for.
 *
 * A file of several stages is what was asked for already. Any other precondition that does not hold stops the build: the
 * finding says which one and what to change.
 */
export function splitRewrite(rewritten: Rewrite, sources: Sources): Rewrite {
  if (rewritten.open.length > 0) return rewritten;
  const split = splitStages(parseDockerfile(rewritten.text), projectFiles(sources), (name) =>
    readFileSync(templateUrl(name), 'utf8'),
  );
  if ('text' in split) return { ...rewritten, text: split.text, changed: true };
  if (split.refused === 'one-stage') return rewritten;
  const finding: Finding = {
    rule: 'multi-stage',
    level: 'error',
    message: `It cannot be split into a build and a runtime stage: ${split.why}`,
    remedy: split.whatToChange,
    location: { kind: 'dockerfile', path: sources.dockerfile?.file.shown ?? 'Dockerfile', line: 1, endLine: 1 },
    needsPerson: true,
  };
  return { ...rewritten, findings: [...rewritten.findings, finding], open: [finding] };
}

/** What a split may read of the context. */
export function projectFiles({ context, paths }: Pick<Sources, 'context' | 'paths'>): ProjectFiles {
  return {
    list: paths,
    text(path) {
      if (context.kind !== 'folder' || !paths.includes(path)) return undefined;
      const bytes = readFileSync(join(context.dir, path));
      return bytes.length > maxTextBytes ? undefined : bytes.toString('utf8');
    },
  };
}
