import type { Compiled } from './compile.ts';
import { matchBackward, matchForward } from './folded.ts';
import { gramHash } from './grams.ts';
import type { OnMatch, Pattern } from './pattern.ts';
import type { Piece } from './pieces.ts';
import { hashFactor, windowAt } from './window.ts';

/** Bytes at hand, and the needles that are looked for in them. */
interface Bytes {
  compiled: Compiled;
  bytes: Uint8Array;
  /** Where the bytes end. */
  filled: number;
}

interface Span {
  start: number;
  end: number;
}

/** Tells the matches whose window stands at `at`. Offsets are told relative to `bytes`; `filled` is where the bytes end. */
export function verifyWindow(compiled: Compiled, bytes: Uint8Array, at: number, filled: number, tell: OnMatch): void {
  const all = { compiled, bytes, filled };
  forEachEntry(all, at, (entry, piece) => {
    const match = matchOf(all, entry, piece, at);
    if (match === undefined) return false;
    const folded = compiled.needles[piece.needle]?.anchor !== undefined;
    if (!folded || !isToldBefore(all, { ...match, needle: piece.needle, entry, at }))
      tell(piece.needle, match.start, match.end);
    return false;
  });
}

/** Tells the needles shorter than a window that start at `at`. */
export function verifyTiny(compiled: Compiled, bytes: Uint8Array, at: number, filled: number, tell: OnMatch): void {
  for (const needle of compiled.tiny.get(bytes[at] as number) ?? []) {
    const pattern = compiled.needles[needle]?.bytes as Uint8Array;
    if (equalAt(pattern, bytes, at, filled)) tell(needle, at, at + pattern.length);
  }
}

/** Visits the entries whose window stands at `at`, until `visit` answers true: then the answer is true. */
function forEachEntry(
  { compiled: { windows, pieces }, bytes }: Bytes,
  at: number,
  visit: (entry: number, piece: Piece) => boolean,
): boolean {
  const key = windowAt(bytes, at);
  const bucket = Math.imul(key, hashFactor) >>> (32 - windows.bucketBits);
  const end = windows.starts[bucket + 1] as number;
  const grams = [gramHash(bytes, at), gramHash(bytes, at - 2), gramHash(bytes, at - 1)] as const;
  for (let entry = windows.starts[bucket] as number; entry < end; entry += 1) {
    // hundreds of needles may have a window such as `, 0x`, and few of them what stands around it
    if (windows.keys[entry] !== key || !standsAround(windows.around, entry, grams)) continue;
    if (visit(entry, pieces[windows.pieces[entry] as number] as Piece)) return true;
  }
  return false;
}

function standsAround(
  around: Int32Array,
  entry: number,
  [behind, before, beside]: readonly [number, number, number],
): boolean {
  const one = around[2 * entry] as number;
  const other = around[2 * entry + 1] as number;
  if (one === behind || one === before || one === beside) return true;
  // nothing is known of what stands around the shortest needles
  return one === 0 || other === behind || other === before;
}

/** The occurrence of the entry's needle whose window stands at `at`, if it is one. */
function matchOf({ compiled, bytes, filled }: Bytes, entry: number, piece: Piece, at: number): Span | undefined {
  const { bytes: needle, anchor } = compiled.needles[piece.needle] as Pattern;
  const { broken = 0 } = piece;
  const offset = piece.offset + (compiled.windows.offsets[entry] as number) + broken;
  if (anchor === undefined) {
    const start = at - offset;
    return start >= 0 && equalAt(needle, bytes, start, filled) ? { start, end: start + needle.length } : undefined;
  }
  const end = matchForward(needle, offset, bytes, at + broken, filled);
  const start = end === -1 ? -1 : matchBackward(needle, offset, bytes, at + broken);
  return start === -1 ? undefined : { start, end };
}

/**
 * Whether a window on an earlier step, or an earlier entry at this one, tells the same match: several windows of a needle
 * that may be broken can stand on steps.
 */
function isToldBefore(all: Bytes, match: Span & { needle: number; entry: number; at: number }): boolean {
  const { stride, grams } = all.compiled.windows;
  for (let at = match.at; at >= match.start; at -= stride) {
    // a window that a line break has cut off from its gram was not looked at
    if (!grams.has(all.bytes, at)) continue;
    const told = forEachEntry(all, at, (entry, piece) => {
      if (piece.needle !== match.needle || (at === match.at && entry >= match.entry)) return false;
      const other = matchOf(all, entry, piece, at);
      return other?.start === match.start && other.end === match.end;
    });
    if (told) return true;
  }
  return false;
}

function equalAt(pattern: Uint8Array, bytes: Uint8Array, at: number, filled: number): boolean {
  if (at + pattern.length > filled) return false;
  for (let index = 0; index < pattern.length; index += 1) {
    if (bytes[at + index] !== pattern[index]) return false;
  }
  return true;
}
