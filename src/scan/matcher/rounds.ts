import type { CreateRounds } from './filter.ts';
import { hashFactor } from './window.ts';

const windowsARound = 4;

/**
 * The scan loop in plain JavaScript.
 *
 * Four windows a round and one branch for all of them is twice as fast as one at a time, and DataView.getInt32 compiles to
 * one load for four bytes.
 */
export const plainRounds: CreateRounds = ({ stride, filter, filterBits, grams }, size, mostHits) => {
  const work = new Uint8Array(size);
  const view = new DataView(work.buffer);
  const hits = new Uint32Array(mostHits);
  const shift = 32 - filterBits;
  let next = 0;

  const look = (from: number, stop: number): number => {
    let found = 0;
    let at = from;
    while (at < stop && found <= mostHits - windowsARound) {
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
        // A position is written in any case, and counts when its bit is set.
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
    next = at;
    return sift(found);
  };

  /** Keeps the noted positions around which a known gram stands. */
  const sift = (found: number): number => {
    let kept = 0;
    for (let noted = 0; noted < found; noted += 1) {
      const position = hits[noted] as number;
      hits[kept] = position;
      if (grams.has(work, position)) kept += 1;
    }
    return kept;
  };
  return { work, hits, windowsARound, look, next: () => next };
};
