import { SafebuildError } from '../errors.ts';

/**
 * A shell pattern of `*`, `?` and `\` as a regular expression; brackets have no meaning in BuildKit's.
 *
 * Throws `DOCKERFILE_INVALID` on an escape that BuildKit refuses. Source: frontend/dockerfile/shell/lex.go.
 */
function regularExpression(pattern: string, greedy: boolean): string {
  let result = '';
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    if (char === '*') result += greedy ? '.*' : '.*?';
    else if (char === '?') result += '.';
    else if (char !== '\\') result += escaped(char);
    else {
      const next = pattern.charAt(at + 1);
      // `}` and `/` are escaped for the sake of the braces; the escape is no part of the pattern.
      if (next === '}' || next === '/') continue;
      if (next !== '*' && next !== '?' && next !== '\\') {
        throw new SafebuildError('DOCKERFILE_INVALID', 'Variable expansion: invalid escape in a pattern');
      }
      result += escaped(next);
      at++;
    }
  }
  return result;
}

function escaped(char: string): string {
  return /[[\]{}.+()|^$*?\\/]/.test(char) ? `\\${char}` : char;
}

/** `${value#pattern}`; greedy: `##`. */
export function cutPrefix(value: string, pattern: string, greedy: boolean): string {
  const match = new RegExp(`^${regularExpression(pattern, greedy)}`, 'u').exec(value);
  return match === null ? value : value.slice(match[0].length);
}

/** `${value%pattern}`; greedy: `%%`. */
export function cutSuffix(value: string, pattern: string, greedy: boolean): string {
  const whole = new RegExp(`^(?:${regularExpression(pattern, true)})$`, 'u');
  for (let step = 0; step <= value.length; step++) {
    const at = greedy ? step : value.length - step;
    if (whole.test(value.slice(at))) return value.slice(0, at);
  }
  return value;
}

/** `${value/pattern/replacement}`; all: `//`. */
export function replacePattern(value: string, pattern: string, replacement: string, all: boolean): string {
  return value.replace(new RegExp(regularExpression(pattern, true), all ? 'gu' : 'u'), () => replacement);
}
