import { hashFactor, windowBytes } from './window.ts';
import type { Windows } from './windows.ts';

/** Finds the steps at which a window probably belongs to a needle. Owns the bytes that are searched. */
export interface Filter {
  /** The bytes: filled by the stream, scanned in place. */
  readonly work: Uint8Array;
  /** Positions found by the last `run`, ascending. */
  readonly hits: Uint32Array;
  /**
   * Looks at every `stride`-th position from `from`, as long as it is below `to`; `to + 3` bytes must be filled.
   *
   * Stops early when `hits` is full. Answers the number of hits; `next` is the first position not looked at.
   */
  run(from: number, to: number): number;
  readonly next: number;
}

/** The hot loop, which looks at several windows between two branches. */
export interface Rounds {
  work: Uint8Array;
  hits: Uint32Array;
  /** 1 where rounds may end anywhere. */
  windowsARound: number;
  /** Looks at whole rounds that start at `from` and below `stop`; answers the number of hits. */
  look(from: number, stop: number): number;
  /** The first position that the last `look` did not look at. */
  next(): number;
}

/** Makes the loop for a buffer of `size` bytes and at most `mostHits` hits a call. */
export type CreateRounds = (windows: Windows, size: number, mostHits: number) => Rounds;

const mostHits = 4096;

/** A filter over `size` bytes that uses the given loop. */
export function createFilter(windows: Windows, size: number, createRounds: CreateRounds): Filter {
  const { stride, filter, filterBits, grams } = windows;
  const { work, hits, windowsARound, look, next } = createRounds(windows, size, mostHits);
  const view = new DataView(work.buffer, work.byteOffset, work.byteLength);
  const lastWindow = size - windowBytes;

  const self = { work, hits, next: 0, run };
  return self;

  function run(from: number, to: number): number {
    const stop = Math.min(to, lastWindow + 1);
    const roundsTo = stop - (windowsARound - 1) * stride;
    let found = look(from, roundsTo);
    let at = next();
    // What is left is less than a round, unless the loop stopped because it had noted as much as it can.
    if (at < roundsTo) {
      self.next = at;
      return found;
    }
    for (; at < stop && found < mostHits; at += stride) {
      const hash = Math.imul(view.getInt32(at, true), hashFactor) >>> (32 - filterBits);
      hits[found] = at;
      if ((((filter[hash >>> 5] as number) >>> hash) & 1) !== 0 && grams.has(work, at)) found += 1;
    }
    self.next = at;
    return found;
  }
}
