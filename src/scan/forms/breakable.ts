import { anchorBytes } from './foldable.ts';
import type { Spelling } from './form.ts';
import { textOf } from './text.ts';

/** A shorter text is as likely to be met by chance as to be broken. */
const shortestBroken = 8;

/** Breaks that no text has without meaning one: of scripts, C and YAML, and of quoted-printable (RFC 2045 §6.7, rule 5). */
const clearBreaks = ['\\\n', '\\\r\n', '=\n', '=\r\n'];

/** More places would make a search of this text alone slower than one of all its other forms. */
const mostPlaces = 64;

/**
 * A text of one line that somebody broke over two or more: by a backslash, by the soft break of quoted-printable, by an
 * escaped or a plain line end, also indented.
 *
 * Surely found where the lines have 16 bytes or more. Of a text that is too short for that every place of a single break is
 * spelled out; the same for letters only, which blanks make into other words.
 */
export function* breakable(bytes: Buffer): Iterable<Spelling> {
  const text = textOf(bytes);
  if (text === undefined || /[\r\n]/.test(text)) {
    yield { bytes };
    return;
  }
  const lettersOnly = /^\p{L}*$/u.test(text);
  if (bytes.length >= anchorBytes && !lettersOnly) {
    yield { bytes, anchor: 0, span: bytes.length, byHand: true };
    return;
  }
  yield { bytes };
  if (bytes.length < shortestBroken || bytes.length > mostPlaces) return;
  for (let at = 1; at < bytes.length; at += 1) {
    for (const lineBreak of clearBreaks)
      yield { bytes: Buffer.concat([bytes.subarray(0, at), Buffer.from(lineBreak), bytes.subarray(at)]) };
  }
}
