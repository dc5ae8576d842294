import { anchorBytes } from './foldable.ts';
import type { Form } from './form.ts';
import { privateKeyBodies } from './pem.ts';
import { textOf } from './text.ts';

/**
 * A value of several lines, with other line ends, indented, or wrapped at another width; a private key also without its
 * BEGIN and END lines, or on one line.
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
    if (lines.length === 1) return;
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
