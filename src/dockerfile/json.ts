import { isSpace, skipSpace } from './space.ts';

/** One string of an exec form; the range is in units of the text given and includes the quotes. */
export interface JsonString {
  value: string;
  start: number;
  end: number;
}

/** Why a text is no exec form: `shell` is then read as shell form, `invalid` is refused by BuildKit. */
export type NotJson = 'shell' | 'invalid';

/**
 * Reads a text as the exec form: a JSON array of strings.
 *
 * As in BuildKit, what does not parse is shell form, and an array with anything but strings is an error.
 */
export function parseJsonForm(text: string): JsonString[] | NotJson {
  if (text.charAt(skipSpace(text)) !== '[') return 'shell';
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch {
    return 'shell';
  }
  if (!Array.isArray(values)) return 'shell';
  if (!values.every((value) => typeof value === 'string')) return 'invalid';
  return locate(text, values);
}

function locate(text: string, values: readonly string[]): JsonString[] {
  let at = text.indexOf('[') + 1;
  return values.map((value) => {
    while (text[at] === ',' || isSpace(text.charAt(at))) at++;
    const start = at++;
    while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    at++;
    return { value, start, end: at };
  });
}
