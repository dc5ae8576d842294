import { anchorBytes } from './foldable.ts';
import type { Spelling } from './form.ts';

const shortestPart = 6;
/** Longer texts are cut at every fourth byte only: what base64 writers break at, and a quarter of the parts. */
const longText = 256;

/**
 * The parts of a foldable spelling that together cover every line of it, whatever the line width, and whatever is
 * written between the lines: for masking, where a part of a value is worth hiding and nothing can wait for the rest.
 *
 * Every run of 16 bytes, and of each end every run of 6 to 15, which may stand on a line of its own: at most 5 bytes of an
 * end are not covered. Nothing for a spelling that is not foldable.
 */
export function* linePartsOf({ bytes, anchor }: Spelling): Iterable<Uint8Array> {
  if (anchor === undefined) return;
  const step = bytes.length > longText ? 4 : 1;
  for (let at = 0; at + anchorBytes <= bytes.length; at += step) yield bytes.subarray(at, at + anchorBytes);
  yield bytes.subarray(-anchorBytes);
  for (let length = shortestPart; length < anchorBytes; length += 1) {
    yield bytes.subarray(0, length);
    yield bytes.subarray(-length);
  }
}
