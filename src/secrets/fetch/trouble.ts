import { schemeOf } from '../../config/index.ts';
import { SafebuildError } from '../../errors.ts';
import { programWords } from '../providers/program.ts';
import { type DeclaredSource, declaredAt } from './declared.ts';

/** A source that did not give what a build needs. */
export interface Trouble {
  source: DeclaredSource;
  error: SafebuildError;
  /** The lines of the Dockerfile that need it; empty where a file needs it. */
  lines: readonly number[];
}

/**
 * One error for everything that could not be had: what, which line needs it, where it was looked for, why not.
 *
 * Its code is that of the first.
 */
export function troubleError(troubles: readonly [Trouble, ...Trouble[]], dockerfilePath: string): SafebuildError {
  const [first] = troubles;
  const hints = [...new Set(troubles.flatMap(({ error }) => error.hint ?? []))];
  return new SafebuildError(first.error.code, troubles.map((trouble) => sentence(trouble, dockerfilePath)).join('\n'), {
    ...(hints.length === 0 ? {} : { hint: hints.join('\n  ') }),
  });
}

function sentence({ source, error, lines }: Trouble, dockerfilePath: string): string {
  const needed = lines.length === 0 ? '' : `, which ${dockerfilePath} line ${lines[0]} needs,`;
  // What is not well formed may be a value in the wrong place.
  const from = error.code === 'CONFIG_INVALID' ? 'its source' : shownReference(source);
  return `The secret ${source.name}${needed} could not be had from ${from} (${declaredAt(source)}): ${error.message}`;
}

/** A reference as it may be shown; the words of a program are not, as somebody may have written a value among them. */
export function shownReference({
  from,
  template,
  at,
}: Partial<Pick<DeclaredSource, 'from' | 'template' | 'at'>>): string {
  if (from === undefined) return template === undefined ? (at?.path ?? '') : 'its template';
  if (schemeOf(from) !== 'exec') return from;
  try {
    return `exec:${programWords(from)[0]}`;
  } catch {
    return 'exec:';
  }
}
