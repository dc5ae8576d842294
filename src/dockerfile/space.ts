/**
 * Whether a character is white space to Go's `unicode.IsSpace`.
 *
 * Not JavaScript's `\s`: that one knows U+FEFF and not U+0085, and BuildKit's parser is a Go program.
 */
export function isSpace(char: string): boolean {
  return /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/.test(char);
}

/** Index of the first character of `text` from `start` that is no white space; `text.length` when there is none. */
export function skipSpace(text: string, start = 0): number {
  let index = start;
  while (index < text.length && isSpace(text.charAt(index))) index++;
  return index;
}

/** Index behind the last character of `text` that is no white space, at least `start`. */
export function trimmedEnd(text: string, start = 0): number {
  let end = text.length;
  while (end > start && isSpace(text.charAt(end - 1))) end--;
  return end;
}
