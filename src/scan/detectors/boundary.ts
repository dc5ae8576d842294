/**
 * What ends in a letter or a digit and yet belongs to no word: `\n` in source code, `=` in a URL and in JSON, colors of a log.
 *
 * A backslash, a percent sign or an escape character is rare right before a word, so that this makes few false words.
 */
const escaped = '\\\\(?:[nrt]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4})|%[0-9A-Fa-f]{2}|\\x1b\\[[0-9;]{0,8}m';

const escapes = new RegExp(escaped, 'g');

/** Where a token may begin, as part of a pattern: not behind these characters (of a class), unless they end an escape. */
export function notBehind(characters: string): string {
  return `(?:(?<![${characters}])|(?<=${escaped}))`;
}

/** The text with spaces in place of escapes, so that offsets stay; undefined when there are none. */
export function withoutEscapes(text: string): string | undefined {
  const blank = text.replace(escapes, (found) => ' '.repeat(found.length));
  return blank === text ? undefined : blank;
}
