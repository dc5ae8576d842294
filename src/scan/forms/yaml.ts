import { breakable } from './breakable.ts';
import type { Form } from './form.ts';
import { textOf } from './text.ts';

/** Escapes that JSON does not have (YAML 1.2.2, 5.7). */
const named = new Map([
  ['\0', '\\0'],
  ['\x07', '\\a'],
  ['\x0b', '\\v'],
  ['\x1b', '\\e'],
  ['\x85', '\\N'],
  ['\xa0', '\\_'],
  ['\u2028', '\\L'],
  ['\u2029', '\\P'],
]);

/**
 * The inside of a double-quoted YAML scalar where it is not written as JSON would write it: PyYAML, libyaml, SnakeYAML.
 *
 * Single-quoted scalars are in the form `doubled`, scalars that are folded over lines in `rewrapped`.
 */
export const yaml: Form = {
  name: 'yaml',
  *encode(value) {
    const text = textOf(value);
    if (text === undefined) return;
    const quoted = text.replace(/["\\]/g, '\\$&');
    const controls = quoted.replace(/[\b\t\n\f\r]/g, (character) => JSON.stringify(character).slice(1, -1));
    yield* breakable(Buffer.from(controls.replace(/[^\t -~\u00a1-\u{10ffff}]|[\u2028\u2029]/gu, escaped), 'utf8'));
    // with allow_unicode off, which is the default
    yield* breakable(Buffer.from(controls.replace(/[^ -~]/gu, escaped), 'utf8'));
  },
};

function escaped(character: string): string {
  const name = named.get(character);
  if (name !== undefined) return name;
  const code = character.codePointAt(0)!;
  const digits = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${digits.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`;
}
