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

/** A filter in plain JavaScript, over `size` bytes. */
export function createFilter({ stride, filter, filterBits }: Windows, size: number): Filter {
  const work = new Uint8Array(size);
  // One load for four bytes; DataView.getInt32 compiles to one instruction.
  const view = new DataView(work.buffer);
  // One place more, as a position is written before it is known to count.
  const hits = new Uint32Array(mostHits + 1);
  const shift = 32 - filterBits;
  const lastWindow = size - windowBytes;

  const self = { work, hits, next: 0, run };
  return self;

  function run(from: number, to: number): number {
    const stop = Math.min(to, lastWindow + 1);
    // Four windows a round and one branch for all of them: twice as fast as one at a time.
    const stopRounds = stop - 3 * stride;
    let found = 0;
    let at = from;
    while (at < stopRounds && found <= mostHits - 4) {
      const a = Math.imul(view.getInt32(at, true), hashFactor) >>> shift;
      const b = Math.imul(view.getInt32(at + stride, true), hashFactor) >>> shift;
      const c = Math.imul(view.getInt32(at + 2 * stride, true), hashFactor) >>> shift;
      const d = Math.imul(view.getInt32(at + 3 * stride, true), hashFactor) >>> shift;
      // A shift counts modulo 32, so the hash itself selects its bit of the word.
      const inA = (filter[a >>> 5] as number) >>> a;
      const inB = (filter[b >>> 5] as number) >>> b;
      const inC = (filter[c >>> 5] as number) >>> c;
      const inD = (filter[d >>> 5] as number) >>> d;
      if (((inA | inB | inC | inD) & 1) !== 0) {
        hits[found] = at;
        found += inA & 1;
        hits[found] = at + stride;
        found += inB & 1;
        hits[found] = at + 2 * stride;
        found += inC & 1;
        hits[found] = at + 3 * stride;
        found += inD & 1;
      }
      at += 4 * stride;
    }
    for (; at < stop && found < mostHits; at += stride) {
      const hash = Math.imul(view.getInt32(at, true), hashFactor) >>> shift;
      hits[found] = at;
      found += ((filter[hash >>> 5] as number) >>> hash) & 1;
    }
    self.next = at;
    return found;
  }
}
