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

/**
 * The inside of a string literal of C and of what took after it: bash `$'…'`, Go `%q`, Python `repr`, `git`, `ls -b`.
 *
 * Control bytes and bytes above ASCII in octal or hex, or those above ASCII as they are; quotes with a backslash, or in
 * hex as JavaScript minifiers and template engines write them (`\x27`).
 */
export const cString: Form = {
  name: 'c-string',
  *encode(value) {
    const keepsText = textOf(value) !== undefined;
    for (const quotes of quoteSets) {
      for (const write of [octal, bash, lowerHex, upperHex]) {
        yield { bytes: escapeBytes(value, quotes, write, false) };
        if (keepsText) yield { bytes: escapeBytes(value, quotes, write, true) };
      }
    }
    if (keepsText) {
      for (const write of [lowerHex, upperHex]) {
        yield { bytes: escapeMarkup(value, write) };
      }
    }
  },
};

function escapeBytes(value: Buffer, quotes: string, write: WriteByte, keepHigh: boolean): Uint8Array {
  return joined(value, (byte) => {
    const letter = letters.get(byte);
    if (letter !== undefined) return `\\${letter}`;
    if (byte === 0x5c || quotes.includes(String.fromCharCode(byte))) return `\\${String.fromCharCode(byte)}`;
    const plain = (byte >= 0x20 && byte < 0x7f) || (keepHigh && byte >= 0x80);
    return plain ? undefined : `\\${write(byte)}`;
  });
}

/** Django escapejs, OWASP encoders: whatever could end a script. */
function escapeMarkup(value: Buffer, write: WriteByte): Uint8Array {
  return joined(value, (byte) =>
    `'"<>&\\/`.includes(String.fromCharCode(byte)) || byte < 0x20 ? `\\${write(byte)}` : undefined,
  );
}

/** latin1 both ways, so that bytes above ASCII stay what they are. */
function joined(value: Buffer, write: (byte: number) => string | undefined): Uint8Array {
  return Buffer.from([...value].map((byte) => write(byte) ?? String.fromCharCode(byte)).join(''), 'latin1');
}
