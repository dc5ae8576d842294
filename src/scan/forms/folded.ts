import { anchorBytes } from './foldable.ts';
import type { Form, Spelling } from './form.ts';
import { privateKeyBodies } from './pem.ts';
import { textOf } from './text.ts';

/** How far YAML's writers indent what they fold, and how many blanks of a value are tried. */
const indents = [0, 2, 4, 6, 8];
const mostBlanks = 8;

/**
 * A value of several lines, with other line ends, indented, or wrapped at another width; a private key also without its
 * BEGIN and END lines, or on one line; a value of several words with a line end for one of its blanks (YAML 1.2.2, 6.5).
 */
export const folded: Form = {
  name: 'rewrapped',
  *encode(value) {
    const text = textOf(value);
    if (text === undefined) return;
    for (const body of privateKeyBodies(text)) {
      const joined = body.join('');
      if (joined.length >= anchorBytes) yield { bytes: Buffer.from(joined, 'latin1'), anchor: 0, span: joined.length };
    }
    const lines = text.split(/\r?\n/).map((line) => line.trim());
    if (lines.length === 1) {
      yield* atBlanks(text.trim());
      return;
    }
    const longest = lines.reduce((best, line) => (line.length > best.length ? line : best), '');
    const before = lines.slice(0, lines.indexOf(longest)).join('');
    // The anchor must lie inside one line, or the value's own breaks would hide it.
    if (Buffer.byteLength(longest) < anchorBytes) return;
    yield {
      bytes: Buffer.from(lines.join(''), 'utf8'),
      anchor: Buffer.byteLength(before),
      span: Buffer.byteLength(longest),
    };
  },
};

function* atBlanks(text: string): Iterable<Spelling> {
  const blanks = [...text.matchAll(/(?<! ) (?! )/g)].slice(0, mostBlanks);
  for (const { index } of blanks) {
    for (const indent of indents.map((width) => ' '.repeat(width))) {
      // the last is how libyaml and PyYAML write it in double quotes
      for (const lineBreak of [`\n${indent}`, `\r\n${indent}`, `\\\n${indent}\\ `])
        yield { bytes: Buffer.from(text.slice(0, index) + lineBreak + text.slice(index + 1), 'utf8') };
    }
  }
}
