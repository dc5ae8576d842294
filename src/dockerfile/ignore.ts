import { SafebuildError } from '../errors.ts';

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
  return { pattern, include, line, matches: matcher(pattern, line) };
}

function invalid(line: number, what: string): SafebuildError {
  return new SafebuildError('CONFIG_INVALID', `.dockerignore line ${line}: ${what}`);
}

/** Go's `filepath.Clean`, on the slashes of a pattern. */
function clean(path: string): string {
  const rooted = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!rooted) parts.push('..');
  }
  return `${rooted ? '/' : ''}${parts.join('/')}` || (rooted ? '/' : '.');
}

/** Whether Go's `filepath.Match` accepts a pattern: no `]`, `-` or end where a class needs a character. */
function isWellFormed(pattern: string): boolean {
  const character = String.raw`(?:\\[\s\S]|[^\\\]-])`;
  const range = `${character}(?:-${character})?`;
  return new RegExp(`^(?:\\[\\^?(?:${range})+\\]|\\\\[\\s\\S]|[^\\\\[])*$`, 'u').test(pattern);
}

function matcher(pattern: string, line: number): IgnorePattern['matches'] {
  // BuildKit compares these without a regular expression, which is not quite the same: `dir/**` does not match `dir`.
  if (!/[*?[\]\\]/.test(pattern)) return (path) => path === pattern;
  const fixed = pattern.slice(2).replace(/^\//, '');
  if (pattern.startsWith('**') && !/[*?[\]\\]/.test(fixed)) {
    if (fixed === '') return () => true;
    if (pattern[2] !== '/') return (path) => path.endsWith(fixed);
    return (path) => path === fixed || path.endsWith(`/${fixed}`);
  }
  const whole = compileRegExp(pattern, line);
  return (path) => whole.test(path);
}

function compileRegExp(pattern: string, line: number): RegExp {
  try {
    return new RegExp(`^${regularExpression(pattern)}$`, 'u');
  } catch {
    throw invalid(line, 'a malformed pattern');
  }
}

function regularExpression(pattern: string): string {
  let result = '';
  for (let at = 0; at < pattern.length; ) {
    const token = /^(?:\*\*\/?|\[\^?(?:\\[\s\S]|[^\\\]])+\]|\\[\s\S]|[\s\S])/u.exec(pattern.slice(at))![0];
    at += token.length;
    if (token.startsWith('**')) result += at === pattern.length ? '.*' : '(?:.*/)?';
    else if (token === '*') result += '[^/]*';
    else if (token === '?') result += '[^/]';
    else if (token.startsWith('[')) result += characterClass(token);
    else result += token.startsWith('\\') ? escapeSequence(token.slice(1)) : literal(token);
  }
  return result;
}

function characterClass(token: string): string {
  const negated = token.startsWith('[^');
  const inner = token.slice(negated ? 2 : 1, -1);
  const members = inner.replace(/\\([\s\S])|([[\]^&~!#$%*+,.:;<=>?@`|{}()/])/gu, (_, escaped, plain) =>
    memberOf(escaped ?? plain),
  );
  return `[${negated ? '^' : ''}${members}]`;
}

function memberOf(char: string): string {
  return /[\w\s]|[^\0-\x7f]/u.test(char) ? char : `\\u{${char.codePointAt(0)!.toString(16)}}`;
}

/** What Go's regular expressions make of an escaped letter: moby hands the escapes of a pattern on to them. */
const goEscapes: Readonly<Record<string, string>> = {
  A: '^',
  B: '\\B',
  D: '\\D',
  S: '[^\\t\\n\\f\\r ]',
  W: '\\W',
  a: '\\x07',
  b: '\\b',
  d: '\\d',
  f: '\\f',
  n: '\\n',
  r: '\\r',
  s: '[\\t\\n\\f\\r ]',
  t: '\\t',
  v: '\\v',
  w: '\\w',
  z: '$',
};

/** Throws a SyntaxError, as a bad regular expression does, on an escape that Go refuses. */
function escapeSequence(char: string): string {
  if (!/[a-zA-Z0-9]/.test(char)) return literal(char);
  const meaning = goEscapes[char];
  if (meaning === undefined) throw new SyntaxError('invalid escape');
  return meaning;
}

function literal(char: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char;
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
  const segments = pattern.split('/');
  if (segments.slice(0, parents.length).some((segment) => segment.includes('**'))) return true;
  // A pattern for a parent brings everything below it back.
  return parents.every((parent, index) => {
    const segment = segments[index];
    return segment === undefined || matcher(segment, 0)(parent);
  });
}
