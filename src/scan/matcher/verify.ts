import type { Compiled } from './compile.ts';
import { halfAnchor, matchBackward, matchForward } from './folded.ts';
import type { OnMatch, Pattern } from './pattern.ts';
import { hashFactor, type Piece, windowAt } from './windows.ts';

/** Tells the matches whose window stands at `at`. Offsets are told relative to `bytes`; `filled` is where the bytes end. */
export function verifyWindow(compiled: Compiled, bytes: Uint8Array, at: number, filled: number, tell: OnMatch): void {
  const { windows } = compiled;
  const key = windowAt(bytes, at);
  const bucket = Math.imul(key, hashFactor) >>> (32 - windows.bucketBits);
  const end = windows.starts[bucket + 1] as number;
  for (let entry = windows.starts[bucket] as number; entry < end; entry += 1) {
    if (windows.keys[entry] !== key) continue;
    const piece = compiled.pieces[windows.pieces[entry] as number] as Piece;
    const start = at - (windows.offsets[entry] as number);
    if (start >= 0 && equalAt(piece.bytes, bytes, start, filled))
      tellPiece(compiled, piece, bytes, start, filled, tell);
  }
}

/** Tells the needles shorter than a window that start at `at`. */
export function verifyTiny(compiled: Compiled, bytes: Uint8Array, at: number, filled: number, tell: OnMatch): void {
  for (const needle of compiled.tiny.get(bytes[at] as number) ?? []) {
    const pattern = compiled.needles[needle]?.bytes as Uint8Array;
    if (equalAt(pattern, bytes, at, filled)) tell(needle, at, at + pattern.length);
  }
}

function tellPiece(
  compiled: Compiled,
  piece: Piece,
  bytes: Uint8Array,
  start: number,
  filled: number,
  tell: OnMatch,
): void {
  const pattern = compiled.needles[piece.needle] as Pattern;
  if (pattern.anchor === undefined) {
    tell(piece.needle, start, start + piece.bytes.length);
    return;
  }
  const match = foldedMatch(pattern, piece.offset, bytes, start, filled);
  if (match === undefined) return;
  if (piece.offset > pattern.anchor && firstHalfTells(pattern, piece.offset, bytes, start, filled)) return;
  tell(piece.needle, match.start, match.end);
}

/** Whether the first half of the anchor stands unbroken before the second one at `at`, and so tells the same match. */
function firstHalfTells(pattern: Pattern, offset: number, bytes: Uint8Array, at: number, filled: number): boolean {
  const anchor = pattern.bytes.subarray(0, offset).subarray(-halfAnchor);
  const first = matchBackward(anchor, anchor.length, bytes, at);
  return (
    first !== -1 &&
    equalAt(anchor, bytes, first, filled) &&
    foldedMatch(pattern, offset - halfAnchor, bytes, first, filled) !== undefined
  );
}

function foldedMatch(
  { bytes: pattern }: Pattern,
  offset: number,
  bytes: Uint8Array,
  at: number,
  filled: number,
): { start: number; end: number } | undefined {
  const end = matchForward(pattern, offset, bytes, at, filled);
  const start = end === -1 ? -1 : matchBackward(pattern, offset, bytes, at);
  return start === -1 ? undefined : { start, end };
}

function equalAt(pattern: Uint8Array, bytes: Uint8Array, at: number, filled: number): boolean {
  if (at + pattern.length > filled) return false;
  for (let index = 0; index < pattern.length; index += 1) {
    if (bytes[at + index] !== pattern[index]) return false;
  }
  return true;
}
