/** Go's `filepath.Clean`, on the slashes of a pattern. */
export function clean(path: string): string {
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
export function isWellFormed(pattern: string): boolean {
  const character = String.raw`(?:\\[\s\S]|[^\\\]-])`;
  const range = `${character}(?:-${character})?`;
  return new RegExp(`^(?:\\[\\^?(?:${range})+\\]|\\\\[\\s\\S]|[^\\\\[])*$`, 'u').test(pattern);
}

/**
 * Whether a path matches a well-formed pattern, as moby/patternmatcher has it.
 *
 * Throws a SyntaxError on what Go's regular expressions refuse: an escape without a meaning, a range from high to low.
 */
export function patternMatcher(pattern: string): (path: string) => boolean {
  // BuildKit compares these without a regular expression, which is not quite the same: `dir/**` does not match `dir`.
  if (!/[*?[\]\\]/.test(pattern)) return (path) => path === pattern;
  const fixed = pattern.slice(2).replace(/^\//, '');
  if (pattern.startsWith('**') && !/[*?[\]\\]/.test(fixed)) {
    if (fixed === '') return () => true;
    if (pattern[2] !== '/') return (path) => path.endsWith(fixed);
    return (path) => path === fixed || path.endsWith(`/${fixed}`);
  }
  const whole = new RegExp(`^${regularExpression(pattern)}$`, 'u');
  return (path) => whole.test(path);
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
