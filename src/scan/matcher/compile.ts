import { type Backend, roundsOf } from './backend.ts';
import { createFilter, type Filter } from './filter.ts';
import { longestFold } from './folded.ts';
import { gramBytes } from './grams.ts';
import { type Matcher, type Pattern, shortestSpan } from './pattern.ts';
import { longestRegion, type Piece, piecesOf } from './pieces.ts';
import { createStream, workBytes } from './stream.ts';
import { windowBytes } from './window.ts';
import { type Windows, windowsOf } from './windows.ts';

/** Everything that a stream needs to know of the needles. */
export interface Compiled {
  needles: readonly Pattern[];
  pieces: readonly Piece[];
  windows: Windows;
  /** Needles shorter than a window, by first byte. */
  tiny: ReadonlyMap<number, readonly number[]>;
  /** How many bytes before and from a position a match around it can span. */
  behind: number;
  ahead: number;
}

/**
 * A matcher that finds every occurrence of every needle, whatever the chunks.
 *
 * Needles of 8 bytes or more are fast. Fewer than 4 bytes cost a look at every byte. Throws a RangeError on an empty needle
 * and on an anchor that does not lie inside its needle. Cost: at most the length of a needle for each byte that looks like it.
 */
export function compileNeedles(
  needles: readonly (Uint8Array | Pattern)[],
  { backend }: { backend?: Backend } = {},
): Matcher {
  const patterns = needles.map(toPattern);
  const { pieces, stride, tiny } = piecesOf(patterns);
  const compiled: Compiled = {
    needles: patterns,
    pieces,
    windows: windowsOf({ pieces, stride }),
    tiny: byFirstByte(tiny),
    behind: patterns.reduce((most, pattern) => Math.max(most, behindOf(pattern)), gramBytes),
    ahead: patterns.reduce((most, pattern) => Math.max(most, aheadOf(pattern)), gramBytes),
  };
  const createRounds = roundsOf(backend);
  /** Filters of ended streams, for the next ones: an image is thousands of streams. */
  const free: Filter[] = [];
  return {
    stream(onMatch) {
      const filter = free.pop() ?? createFilter(compiled.windows, workBytes(compiled), createRounds);
      return createStream(compiled, filter, onMatch, () => free.push(filter));
    },
  };
}

function toPattern(needle: Uint8Array | Pattern): Pattern {
  const given = 'bytes' in needle ? needle : { bytes: needle };
  // A copy, as the caller may wipe its own; not slice(), which shares the memory of a Buffer.
  const pattern = { ...given, bytes: Uint8Array.from(given.bytes) };
  const { bytes, anchor, span = shortestSpan }: Pattern = pattern;
  if (bytes.length === 0) throw new RangeError('a needle is empty');
  if (anchor !== undefined && !(anchor >= 0 && span >= shortestSpan && anchor + span <= bytes.length)) {
    throw new RangeError('an anchor lies outside its needle');
  }
  return pattern;
}

function byFirstByte(pieces: readonly { needle: number; bytes: Uint8Array }[]): Map<number, number[]> {
  const map = new Map<number, number[]>();
  for (const { needle, bytes } of pieces) {
    const first = bytes[0] as number;
    map.set(first, [...(map.get(first) ?? []), needle]);
  }
  return map;
}

function behindOf({ bytes, anchor, span = shortestSpan }: Pattern): number {
  return anchor === undefined ? bytes.length : longestFold(anchor + Math.min(span, longestRegion)) + windowBytes;
}

function aheadOf({ bytes, anchor }: Pattern): number {
  return anchor === undefined ? bytes.length : longestFold(bytes.length - anchor);
}
