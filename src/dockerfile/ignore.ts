import { SafebuildError } from '../errors.ts';
import { clean, isWellFormed, patternMatcher } from './ignore-pattern.ts';

/** One line of an ignore file, ready to match. */
export interface IgnorePattern {
  /** As BuildKit sees it: cleaned, without `!`. */
  pattern: string;
  /** `!`: what it matches is sent again. */
  include: boolean;
  /** From 1. */
  line: number;
  matches: (path: string) => boolean;
}

/**
 * Reads a `.dockerignore`.
 *
 * Case counts, as in Docker. Throws `CONFIG_INVALID` on a pattern that stops a build: a lone `!`, a malformed class, an
 * escape at the end. Source: moby/patternmatcher, and its ignorefile reader.
 */
export function parseIgnore(text: string): IgnorePattern[] {
  return text
    .replace(/^\ufeff/, '')
    .split('\n')
    .flatMap((raw, index) => {
      if (raw.startsWith('#')) return [];
      const trimmed = raw.trim();
      if (trimmed === '') return [];
      return [compile(trimmed, index + 1)];
    });
}

function compile(written: string, line: number): IgnorePattern {
  const include = written.startsWith('!');
  const bare = include ? written.slice(1).trim() : written;
  if (bare === '') throw invalid(line, 'a lone "!"');
  // A slash in front means the root, which is where patterns start anyway.
  const cleaned = clean(bare);
  if (include && cleaned === '/') throw invalid(line, 'a lone "!"');
  const pattern = cleaned.length > 1 && cleaned.startsWith('/') ? cleaned.slice(1) : cleaned;
  if (!isWellFormed(pattern)) throw invalid(line, 'a malformed pattern');
  return { pattern, include, line, matches: compiled(pattern, line) };
}

function invalid(line: number, what: string): SafebuildError {
  return new SafebuildError('CONFIG_INVALID', `.dockerignore line ${line}: ${what}`);
}

/** The pattern's matcher; what makes the engine give up on it is an error of ours, too. */
function compiled(pattern: string, line: number): IgnorePattern['matches'] {
  try {
    return patternMatcher(pattern);
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid(line, 'a malformed pattern');
    throw error;
  }
}

/**
 * Whether a path of the context is left out: the last pattern that matches it or one of its parents decides.
 *
 * With one exception that the engine makes: a pattern that could not change the answer for a parent is not looked at there,
 * and then does not count for what is below it either. `path` is relative to the root of the context, with `/`. Source:
 * moby/patternmatcher, MatchesUsingParentResults; compared with Docker 28.5.
 */
export function ignored(patterns: readonly IgnorePattern[], path: string): boolean {
  const parts = path.split('/').filter((part) => part !== '');
  let matched: readonly boolean[] = patterns.map(() => false);
  let out = false;
  for (let length = 1; length <= parts.length; length++) {
    const current = parts.slice(0, length).join('/');
    const above = matched;
    out = false;
    matched = patterns.map(({ include, matches }, index) => {
      const match = above[index]! || (include === out && matches(current));
      if (match) out = !include;
      return match;
    });
  }
  return out;
}

/** Whether nothing below a directory can be sent, so that a walk of the context need not enter it. */
export function excludesDirectory(patterns: readonly IgnorePattern[], directory: string): boolean {
  if (!ignored(patterns, directory)) return false;
  const parents = directory.split('/');
  return !patterns.some(({ include, pattern }) => include && mayReachBelow(pattern, parents));
}

/** Whether a pattern can match something below these directories, as far as its segments without `**` tell. */
function mayReachBelow(pattern: string, parents: readonly string[]): boolean {
  // A class that is negated matches slashes, too.
  if (pattern.includes('[^')) return true;
  const segments = pattern.split('/');
  if (segments.slice(0, parents.length).some((segment) => segment.includes('**'))) return true;
  // A pattern for a parent brings everything below it back.
  return parents.every((parent, index) => {
    const segment = segments[index];
    return segment === undefined || patternMatcher(segment)(parent);
  });
}
