import { type ByteTable, byteTable, writeBytes } from './byte-table.ts';
import type { Form } from './form.ts';
import { textOf } from './text.ts';

/** Control characters with a letter of their own (C17 6.4.4.4). */
const letters = new Map([
  [0x07, 'a'],
  [0x08, 'b'],
  [0x09, 't'],
  [0x0a, 'n'],
  [0x0b, 'v'],
  [0x0c, 'f'],
  [0x0d, 'r'],
]);

/** Which quotes are escaped: bash `$'…'`, PHP and Python single quotes; C, Go and Python double quotes; C compilers' both. */
const quoteSets = ["'", '"', `'"`];

type WriteByte = (byte: number) => string;

const octal: WriteByte = (byte) => byte.toString(8).padStart(3, '0');
/** bash has a letter for the escape character too. */
const bash: WriteByte = (byte) => (byte === 0x1b ? 'E' : octal(byte));
const lowerHex: WriteByte = (byte) => `x${byte.toString(16).padStart(2, '0')}`;
const upperHex: WriteByte = (byte) => `x${byte.toString(16).toUpperCase().padStart(2, '0')}`;

const tables = quoteSets.flatMap((quotes) =>
  [octal, bash, lowerHex, upperHex].map((write) => ({
    ascii: tableOf(quotes, write, false),
    utf8: tableOf(quotes, write, true),
  })),
);
/** Django escapejs, OWASP encoders: whatever could end a script. */
const markup = [lowerHex, upperHex].map((write) =>
  byteTable((byte, character) => (`'"<>&\\/`.includes(character) || byte < 0x20 ? `\\${write(byte)}` : undefined)),
);

/**
 * The inside of a string literal of C and of what took after it: bash `$'…'`, Go `%q`, Python `repr`, `git`, `ls -b`.
 *
 * Control bytes and bytes above ASCII in octal or hex, or those above ASCII as they are; quotes with a backslash, or in
 * hex as JavaScript minifiers and template engines write them (`\x27`). All bytes escaped: `separated hex`, `octal`.
 */
export const cString: Form = {
  name: 'c-string',
  *encode(value) {
    const keepsText = textOf(value) !== undefined;
    for (const { ascii, utf8 } of tables) {
      yield { bytes: writeBytes(value, ascii) };
      if (keepsText) yield { bytes: writeBytes(value, utf8) };
    }
    if (keepsText) for (const table of markup) yield { bytes: writeBytes(value, table) };
  },
};

function tableOf(quotes: string, write: WriteByte, keepHigh: boolean): ByteTable {
  return byteTable((byte, character) => {
    const letter = letters.get(byte);
    if (letter !== undefined) return `\\${letter}`;
    if (character === '\\' || quotes.includes(character)) return `\\${character}`;
    const plain = (byte >= 0x20 && byte < 0x7f) || (keepHigh && byte >= 0x80);
    return plain ? undefined : `\\${write(byte)}`;
  });
}
