const lf = 0x0a;
const cr = 0x0d;
const backslash = 0x5c;
const equals = 0x3d;
/** Room for a CRLF and a deep indentation. */
export const longestBreak = 64;
const mostBackslashes = 8;

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
