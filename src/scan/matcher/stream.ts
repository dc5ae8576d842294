import type { Compiled } from './compile.ts';
import type { Filter } from './filter.ts';
import type { MatchStream, OnMatch } from './pattern.ts';
import { verifyTiny, verifyWindow } from './verify.ts';
import { windowBytes } from './window.ts';

/** Bytes that are searched at a time: large enough to make the overlap cheap, small enough to stay in the nearest caches. */
const blockBytes = 64 * 1024;

/** Size of the buffer of one stream: a block, and what a match can span on both sides of a position. */
export function workBytes({ behind, ahead }: Compiled): number {
  return Math.max(blockBytes, behind + ahead) + behind + ahead;
}

/** A stream that collects bytes in the filter's buffer and searches it whenever it is full. */
export function createStream(compiled: Compiled, filter: Filter, onMatch: OnMatch, onEnd: () => void): MatchStream {
  const { work, hits } = filter;
  /** Offset in the stream of `work[0]`. */
  let base = 0;
  let filled = 0;
  /** The next position to look at, for windows and for tiny needles. */
  let at = 0;
  let tinyAt = 0;
  let ended = false;
  const tell: OnMatch = (needle, start, end) => onMatch(needle, base + start, base + end);

  const search = (windowsTo: number, tinyTo: number): void => {
    while (at < windowsTo) {
      const found = filter.run(at, windowsTo);
      for (let hit = 0; hit < found; hit += 1) verifyWindow(compiled, work, hits[hit] as number, filled, tell);
      at = filter.next;
    }
    if (compiled.tiny.size === 0) tinyAt = Math.max(tinyAt, tinyTo);
    for (; tinyAt < tinyTo; tinyAt += 1) verifyTiny(compiled, work, tinyAt, filled, tell);
  };

  const slide = (): void => {
    const keepFrom = Math.max(0, Math.min(at, tinyAt, filled) - compiled.behind);
    work.copyWithin(0, keepFrom, filled);
    base += keepFrom;
    filled -= keepFrom;
    at -= keepFrom;
    tinyAt -= keepFrom;
  };

  return {
    push(chunk) {
      if (ended) throw new Error('push after end');
      let taken = 0;
      while (taken < chunk.length) {
        const part = chunk.subarray(taken, taken + work.length - filled);
        work.set(part, filled);
        filled += part.length;
        taken += part.length;
        if (filled < work.length) return;
        // Only positions whose longest match is wholly at hand.
        const to = filled - compiled.ahead + 1;
        search(to, to);
        slide();
      }
    },
    end() {
      if (ended) return;
      ended = true;
      search(filled - windowBytes + 1, filled);
      onEnd();
    },
  };
}
