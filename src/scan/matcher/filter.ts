import { hashFactor, type Windows, windowBytes } from './windows.ts';

/** Finds the steps at which a window may belong to a needle. Owns the bytes that are searched. */
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

const mostHits = 4096;

/** A filter in plain JavaScript, over `size` bytes. Without windows it finds nothing. */
export function createFilter(windows: Windows | undefined, size: number): Filter {
  const work = new Uint8Array(size);
  const hits = new Uint32Array(mostHits);
  const self = { work, hits, next: 0, run: (_from: number, to: number) => skipAll(to) };
  const skipAll = (to: number): number => {
    self.next = to;
    return 0;
  };
  if (windows === undefined) return self;
  const { stride, filter, filterBits } = windows;
  const shift = 32 - filterBits;
  self.run = (from, to) => {
    const stop = Math.min(to, size - windowBytes + 1);
    let found = 0;
    let at = from;
    for (; at < stop && found < mostHits; at += stride) {
      const key =
        (work[at] as number) |
        ((work[at + 1] as number) << 8) |
        ((work[at + 2] as number) << 16) |
        ((work[at + 3] as number) << 24);
      if (filter[Math.imul(key, hashFactor) >>> shift] !== 0) {
        hits[found] = at;
        found += 1;
      }
    }
    self.next = at;
    return found;
  };
  return self;
}
