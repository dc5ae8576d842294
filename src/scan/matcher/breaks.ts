const lf = 0x0a;
const cr = 0x0d;
const backslash = 0x5c;
const equals = 0x3d;
const blanks = [lf, cr, 0x20, 0x09];
const lineEnds = [lf, cr];
const escapeLetters = [0x6e, 0x72, 0x74];
/** Room for a CRLF and a deep indentation. */
export const longestBreak = 64;
const mostBackslashes = 8;

/**
 * The first `length` bytes that stand at a line break which `after` follows: those of the break, and `after` where it is
 * shorter. All that `skipBreak` takes, and a few more.
 */
export function breakStarts(length: 1 | 2, after: number): number[][] {
  if (length === 1) return [...blanks, backslash, equals].map((byte) => [byte]);
  return [
    ...pairs(blanks, [...blanks, backslash, equals, after]),
    ...pairs([backslash], [backslash, ...escapeLetters, ...lineEnds]),
    ...pairs([equals], lineEnds),
  ];
}

/** The mirror of `breakStarts`: the last bytes at a break behind `before`, all that `skipBreakBack` takes. */
export function breakEnds(length: 1 | 2, before: number): number[][] {
  if (length === 1) return [...blanks, ...escapeLetters].map((byte) => [byte]);
  return [
    ...pairs([...blanks, ...escapeLetters, backslash, before], blanks),
    ...pairs([equals], lineEnds),
    ...pairs([backslash], escapeLetters),
  ];
}

function pairs(first: readonly number[], second: readonly number[]): number[][] {
  return first.flatMap((one) => second.map((other) => [one, other]));
}

function isBlank(byte: number | undefined): boolean {
  return isLineEnd(byte) || byte === 0x20 || byte === 0x09;
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === lf || byte === cr;
}

function isEscapeLetter(byte: number | undefined): boolean {
  return byte === 0x6e || byte === 0x72 || byte === 0x74;
}

/**
 * End of the line break that starts at `from`, or `from` when none does.
 *
 * A break is a run of blanks and of `\n`, `\r`, `\t` as JSON and shells write them (the backslash also doubled), or a
 * backslash or `=` at the end of a line (the latter is quoted-printable's, RFC 2045 §6.7).
 */
export function skipBreak(bytes: Uint8Array, from: number, limit: number): number {
  const stop = Math.min(limit, from + longestBreak);
  let at = from;
  while (at < stop) {
    if (isBlank(bytes[at])) {
      at += 1;
      continue;
    }
    const end = escapeEnd(bytes, at, stop);
    if (end === at) break;
    at = end;
  }
  return at;
}

function escapeEnd(bytes: Uint8Array, from: number, stop: number): number {
  if (bytes[from] === equals) return from + 1 < stop && isLineEnd(bytes[from + 1]) ? from + 1 : from;
  let at = from;
  while (at < stop && at - from < mostBackslashes && bytes[at] === backslash) at += 1;
  if (at === from || at >= stop) return from;
  if (isEscapeLetter(bytes[at])) return at + 1;
  return isLineEnd(bytes[at]) ? at : from;
}

/** Start of the line break that ends at `to`, or `to` when none does. The mirror of `skipBreak`. */
export function skipBreakBack(bytes: Uint8Array, to: number, limit: number): number {
  const stop = Math.max(limit, to - longestBreak);
  let at = to;
  while (at > stop) {
    const byte = bytes[at - 1];
    if (isBlank(byte)) at -= 1;
    else if (isEscapeLetter(byte) && at - 2 >= stop && bytes[at - 2] === backslash) at -= 2;
    else if (byte === backslash && at < to) at -= 1;
    else if (byte === equals && at < to && isLineEnd(bytes[at])) at -= 1;
    else break;
  }
  return at;
}
