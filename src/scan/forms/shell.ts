import { breakable } from './breakable.ts';
import type { Form } from './form.ts';
import { textOf } from './text.ts';

/** What a shell escapes inside double quotes (POSIX.1-2017, Shell Command Language 2.2.3). */
const inDoubleQuotes = ['\\', '"', '$', '`'];

/** What each family of writers puts a backslash before, outside of quotes. */
const backslashed = [
  // bash `printf %q`, `${x@Q}` of older versions
  /[ \t!"$&'()*,;<>?[\\\]^`{|}]/g,
  // the same, with what it escapes at the start of a word only; zsh `${(q)x}`
  /[ \t!"#$&'()*,;<=>?[\\\]^`{|}~]/g,
  // Ruby Shellwords.escape
  /[^\w\-.,:+/@\n\u0080-\u{10ffff}]/gu,
  // Perl quotemeta
  /[^\w\u0080-\u{10ffff}]/gu,
];

/**
 * As shells write a value so that they can read it again: `set -x`, `export -p`, `declare -p`, `printf %q`, `shlex.quote`.
 *
 * The quotes around it are left out: only what is escaped inside of them counts. `$'…'` is the form `c-string`.
 */
export const shell: Form = {
  name: 'shell',
  *encode(value) {
    const text = textOf(value);
    if (text === undefined) return;
    for (const spelling of [...singleQuoted(text), ...doubleQuoted(text), ...escaped(text)]) {
      if (spelling !== text) yield* breakable(Buffer.from(spelling, 'utf8'));
    }
  },
};

/** A quote ends the quoted part, is written in another way, and the next part begins. */
function* singleQuoted(text: string): Iterable<string> {
  if (!text.includes("'")) return;
  const spellings = [
    // bash, zsh, most scripts
    text.replaceAll("'", "'\\''"),
    // Python shlex.quote
    text.replaceAll("'", `'"'"'`),
    // dash and BusyBox ash, which join quotes that touch
    text.replace(/'+/g, (quotes) => `'"${quotes}"'`),
  ];
  // dash opens no further part behind a quote at the end
  for (const spelling of spellings) yield text.endsWith("'") ? spelling.slice(0, -1) : spelling;
}

/** Every subset of the four, as hand-written `sed` lines escape some of them. */
function* doubleQuoted(text: string): Iterable<string> {
  const present = inDoubleQuotes.filter((character) => text.includes(character));
  for (let subset = 1; subset < 2 ** present.length; subset += 1) {
    const chosen = present.filter((_, index) => ((subset >> index) & 1) === 1);
    yield [...text].map((character) => (chosen.includes(character) ? `\\${character}` : character)).join('');
  }
}

function* escaped(text: string): Iterable<string> {
  for (const special of backslashed) yield text.replace(special, '\\$&');
}
