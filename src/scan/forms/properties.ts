import type { Form } from './form.ts';
import { textOf } from './text.ts';

/** What Properties.store escapes, and what hand-written files leave alone: `=` and `:` need no escape in a value. */
const special = [/[\\=:#!]/g, /[\\:]/g, /[\\=:]/g];

/** A value in a Java properties file, as `java.util.Properties.store` and Gradle write it (`jdbc\:postgresql\://…`). */
export const properties: Form = {
  name: 'properties',
  *encode(value) {
    const text = textOf(value);
    if (text === undefined) return;
    for (const characters of special) {
      const escaped = text
        .replace(characters, '\\$&')
        .replace(/[\t\n\f\r]/g, (character) => JSON.stringify(character).slice(1, -1));
      yield { bytes: Buffer.from(escaped, 'utf8') };
      for (const upper of [true, false]) {
        const ascii = escaped.replace(/[^\0-\x7e]/g, (unit) => unicodeEscape(unit, upper));
        yield { bytes: Buffer.from(ascii, 'latin1') };
      }
    }
  },
};

function unicodeEscape(unit: string, upper: boolean): string {
  const digits = unit.charCodeAt(0).toString(16).padStart(4, '0');
  return `\\u${upper ? digits.toUpperCase() : digits}`;
}
