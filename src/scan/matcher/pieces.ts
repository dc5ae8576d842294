import { breakWindows, runBeside } from './break-windows.ts';
import { halfAnchor } from './folded.ts';
import { type Pattern, shortestSpan } from './pattern.ts';
import { windowBytes } from './window.ts';

/** Longer strides need more windows a needle, and the table fills up faster than the steps get fewer. */
const longestStride = 16;

/** Longest stretch of a needle that may be broken by which it is found: it holds a run of 16 bytes without a break. */
export const longestRegion = 2 * shortestSpan;

/** A stretch of a needle by which an occurrence is found. */
export interface Piece {
  needle: number;
  /** Where the stretch starts in the needle. */
  offset: number;
  bytes: Uint8Array;
  /** Every occurrence holds this many of its bytes unbroken, wherever in the stretch they are. */
  run: number;
  /** Where its only window stands, if there is no choice. */
  only?: number;
  /** How many of its bytes, the first ones, are the end of a line break; the needle's go on behind them. */
  broken?: number;
}

/** The pieces by which the needles are looked for, and every how many bytes one of their windows is surely met. */
export interface Pieces {
  stride: number;
  /** With windows at all. */
  pieces: Piece[];
  /** Needles shorter than a window. */
  tiny: { needle: number; bytes: Uint8Array }[];
}

/**
 * A run of m bytes covers m − 3 windows, so with a stride of m − 3 exactly one window of each run falls on a step: the
 * shortest run decides how few steps are enough for all.
 */
export function piecesOf(needles: readonly Pattern[]): Pieces {
  const tiny = needles.flatMap(({ bytes }, needle) => (bytes.length < windowBytes ? [{ needle, bytes }] : []));
  const windowed = needles.flatMap((pattern, needle) =>
    pattern.bytes.length < windowBytes ? [] : [{ needle, pattern }],
  );
  const stride = windowed.reduce(
    (shortest, { pattern }) => Math.min(shortest, longestRun(pattern) - windowBytes + 1),
    longestStride,
  );
  return { stride, tiny, pieces: windowed.flatMap(({ needle, pattern }) => piecesOfNeedle(needle, pattern, stride)) };
}

/** The longest run that an occurrence is sure to hold: without a break, but for the bytes that a window may see of one. */
function longestRun({ bytes, anchor, span = shortestSpan }: Pattern): number {
  return anchor === undefined ? bytes.length : Math.min(runBeside(Math.min(span, longestRegion)), shortestSpan);
}

/**
 * Breaks are 16 bytes apart or more: a stretch either holds one break, and half of it is unbroken, or several, with a run of
 * 16 bytes between two of them.
 */
function runIn(region: number): number {
  return Math.min(Math.ceil(region / 2), shortestSpan);
}

function piecesOfNeedle(needle: number, { bytes, anchor, span = shortestSpan }: Pattern, stride: number): Piece[] {
  if (anchor === undefined) return [{ needle, offset: 0, bytes, run: bytes.length }];
  const run = stride + windowBytes - 1;
  const stretch = (offset: number, length: number): Piece => {
    const part = bytes.subarray(offset, offset + length);
    return { needle, offset, bytes: part, run: length <= halfAnchor ? length : runIn(length) };
  };
  // of two halves with at most one break one is whole, which takes fewer windows than all of both
  if (run <= halfAnchor) return [stretch(anchor, halfAnchor), stretch(anchor + halfAnchor, halfAnchor)];
  const whole = stretch(anchor, Math.min(span, 2 * run));
  return [whole, ...breakWindows(whole, run)];
}
