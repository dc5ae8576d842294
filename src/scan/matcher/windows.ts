import { byteCosts } from './byte-costs.ts';
import { Grams, gramsOf } from './grams.ts';
import type { Piece, Pieces } from './pieces.ts';
import { hashFactor, windowAt, windowBytes } from './window.ts';

/** Enough of a long needle to choose its windows from. */
const mostCompared = 512;

/** The windows of all pieces, grouped by hash: entries `starts[h]` to `starts[h + 1]` belong to bucket `h`. */
export interface Windows {
  stride: number;
  /** One bit a hash of `filterBits` bits: set when a window has it. */
  filter: Int32Array;
  filterBits: number;
  /** What stands beside the windows, to drop most of those that the filter lets through. */
  grams: Grams;
  bucketBits: number;
  starts: Uint32Array;
  keys: Int32Array;
  pieces: Uint32Array;
  /** Where the window stands in its piece. */
  offsets: Uint32Array;
  /** Two hashes an entry: one of them is of what stands around the window. Zeros where that may be anything. */
  around: Int32Array;
}

/** Tables for looking at one window in `stride` bytes only. */
export function windowsOf({ pieces, stride }: Pick<Pieces, 'pieces' | 'stride'>): Windows {
  const ranges = pieces.map((piece) => windowRange(piece, stride));
  const count = ranges.reduce((sum, { first, end }) => sum + end - first, 0);
  const filterBits = clamp(Math.ceil(Math.log2(count * 64)), 13, 22);
  const bucketBits = clamp(Math.ceil(Math.log2(count * 2)), 8, 20);
  const filter = new Int32Array(1 << (filterBits - 5));
  const grams = new Grams(count);
  const starts = new Uint32Array((1 << bucketBits) + 1);
  const keys = new Int32Array(count);
  const piecesOfEntries = new Uint32Array(count);
  const offsets = new Uint32Array(count);
  const around = new Int32Array(2 * count);

  const forEachWindow = (visit: (key: number, hash: number, piece: number, offset: number) => void): void => {
    pieces.forEach(({ bytes }, piece) => {
      const { first, end } = ranges[piece] as WindowRange;
      for (let offset = first; offset < end; offset += 1) {
        const key = windowAt(bytes, offset);
        visit(key, Math.imul(key, hashFactor) >>> 0, piece, offset);
      }
    });
  };

  // Counting sort: the sizes of the buckets, then where each ends, then its entries from the end to the start.
  forEachWindow((_key, hash, piece, offset) => {
    const bit = hash >>> (32 - filterBits);
    filter[bit >>> 5] = (filter[bit >>> 5] as number) | (1 << bit);
    grams.add(gramsOf(pieces[piece] as Piece, offset));
    const bucket = hash >>> (32 - bucketBits);
    starts[bucket] = (starts[bucket] as number) + 1;
  });
  for (let bucket = 1; bucket < starts.length; bucket += 1) {
    starts[bucket] = (starts[bucket] as number) + (starts[bucket - 1] as number);
  }
  forEachWindow((key, hash, piece, offset) => {
    const bucket = hash >>> (32 - bucketBits);
    const entry = (starts[bucket] as number) - 1;
    starts[bucket] = entry;
    keys[entry] = key;
    piecesOfEntries[entry] = piece;
    offsets[entry] = offset;
    around.set(gramsOf(pieces[piece] as Piece, offset), 2 * entry);
  });
  return { stride, filter, filterBits, grams, bucketBits, starts, keys, pieces: piecesOfEntries, offsets, around };
}

/** Windows from `first` to `end`, exclusive. */
interface WindowRange {
  first: number;
  end: number;
}

/** All windows where the unbroken run may be anywhere in the piece, and else as many as one step. */
function windowRange({ bytes, run, only }: Piece, stride: number): WindowRange {
  if (only !== undefined) return { first: only, end: only + 1 };
  if (run < bytes.length) return { first: 0, end: bytes.length - windowBytes + 1 };
  const first = rarestRun(bytes, stride);
  return { first, end: first + stride };
}

/** First offset of the `stride` consecutive windows that are least likely to stand in a file by chance. */
function rarestRun(bytes: Uint8Array, stride: number): number {
  const windows = Math.min(bytes.length - windowBytes + 1, mostCompared);
  if (windows === stride) return 0;
  let best = 0;
  let bestCost = Number.POSITIVE_INFINITY;
  let cost = 0;
  for (let last = 0; last < windows; last += 1) {
    cost += windowCost(bytes, last);
    const first = last - stride + 1;
    if (first < 0) continue;
    if (cost < bestCost) {
      best = first;
      bestCost = cost;
    }
    cost -= windowCost(bytes, first);
  }
  return best;
}

function windowCost(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  let cost = 1;
  let same = true;
  for (let index = at; index < at + windowBytes; index += 1) {
    const byte = bytes[index] as number;
    cost *= byteCosts[byte] as number;
    same &&= byte === first;
  }
  // Runs of one byte (padding, rules, empty tables) are far more frequent than their bytes alone would make them.
  return same ? Math.max(cost, 1e-3) : cost;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
