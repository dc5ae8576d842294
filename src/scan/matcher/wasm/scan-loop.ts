import { gramFactor, gramMix } from '../grams.ts';
import { hashFactor } from '../windows.ts';
import { moduleOf, op } from './encode.ts';

/** Where things stand in the memory of the module, in bytes. */
export interface Layout {
  filter: number;
  /** Whether the filter has a byte a hash, 0 or 1, and not a bit: three instructions less a window, eight times the memory. */
  wide: boolean;
  /** A bit a hash. */
  grams: number;
  hits: number;
  mostHits: number;
  work: number;
  pages: number;
}

/** Windows looked at between two branches. */
export const windowsARound = 8;

const at = 0;
const stop = 1;
const hit = 2;
const noted = 3;
const kept = 4;
const position = 5;
const hash = 6;
const firstWindow = 7;

/** What is written into the code as a constant. */
export interface Constants {
  stride: number;
  filterBits: number;
  gramBits: number;
}

/**
 * The loop of `filter.ts` as a module: `run(at, stop)` looks at rounds of windows from `at` as long as it is below `stop`,
 * writes the positions of hits, answers their number, and leaves the next position in the first word of the memory. Two loops:
 * one notes where the filter has a window, the other keeps of these where the grams have what stands there.
 *
 * Stride and addresses are constants of the code: a window's place in the round is then part of the load instruction.
 */
export function scanLoop({ stride, filterBits, gramBits }: Constants, layout: Layout): Uint8Array {
  const windows = Array.from({ length: windowsARound }, (_, index) => ({
    local: firstWindow + index,
    distance: index * stride,
  }));
  const shift = 32 - filterBits;

  const look = windows.flatMap(({ local, distance }) => [
    ...[...op.get(at), ...op.load(layout.work + distance), ...op.i32(hashFactor), ...op.multiply],
    ...[...op.i32(shift), ...op.shiftRight],
    ...(layout.wide ? op.loadByte(layout.filter) : bitOf(local, layout.filter)),
    ...op.set(local),
  ]);
  const anyHit = [
    ...windows.flatMap(({ local }, index) => [...op.get(local), ...(index === 0 ? [] : op.or)]),
    ...[...op.i32(1), ...op.and],
  ];
  // A position is written in any case, and counts when its bit is set.
  const note = windows.flatMap(({ local, distance }) => [
    ...[...op.get(hit), ...op.get(at), ...op.i32(distance), ...op.add, ...op.store(0)],
    ...[...op.get(hit), ...op.get(local), ...op.i32(1), ...op.and, ...op.i32(2), ...op.shiftLeft, ...op.add],
    ...op.set(hit),
  ]);
  const lastRoundStart = layout.hits + 4 * (layout.mostHits - windowsARound);
  const body = [
    ...[...op.i32(layout.hits), ...op.set(hit)],
    ...[...op.block, ...op.loop],
    ...[...op.get(at), ...op.get(stop), ...op.greaterOrEqual, ...op.brIf(1)],
    ...[...op.get(hit), ...op.i32(lastRoundStart), ...op.greater, ...op.brIf(1)],
    ...look,
    ...[...anyHit, ...op.if, ...note, ...op.end],
    ...[...op.get(at), ...op.i32(windowsARound * stride), ...op.add, ...op.set(at), ...op.br(0)],
    ...[...op.end, ...op.end],
    ...[...op.i32(0), ...op.get(at), ...op.store(0)],
    ...sift(gramBits, layout),
    ...[...op.get(kept), ...op.i32(layout.hits), ...op.subtract, ...op.i32(2), ...op.shiftRight],
  ];
  return moduleOf({ parameters: 2, locals: firstWindow - hit + windowsARound, body }, layout.pages);
}

/** Keeps the noted positions around which a known gram stands. A position is written in any case here too. */
function sift(gramBits: number, layout: Layout): number[] {
  const has = (distance: number): number[] => [
    ...[...op.get(position), ...op.load(layout.work + distance)],
    ...[...op.get(position), ...op.load(layout.work + distance + 2), ...op.i32(gramMix), ...op.multiply, ...op.xor],
    ...[...op.i32(gramFactor), ...op.multiply, ...op.i32(32 - gramBits), ...op.shiftRight],
    ...bitOf(hash, layout.grams),
  ];
  return [
    ...[...op.i32(layout.hits), ...op.tee(noted), ...op.set(kept)],
    ...[...op.block, ...op.loop],
    ...[...op.get(noted), ...op.get(hit), ...op.greaterOrEqual, ...op.brIf(1)],
    ...[...op.get(kept), ...op.get(noted), ...op.load(0), ...op.tee(position), ...op.store(0)],
    ...[...has(0), ...has(-2), ...op.or, ...has(-1), ...op.or, ...op.i32(1), ...op.and],
    ...[...op.i32(2), ...op.shiftLeft, ...op.get(kept), ...op.add, ...op.set(kept)],
    ...[...op.get(noted), ...op.i32(4), ...op.add, ...op.set(noted), ...op.br(0)],
    ...[...op.end, ...op.end],
  ];
}

/** Shifts the bit of the hash on the stack to the lowest place; the places above it hold other hashes' bits. */
function bitOf(local: number, filter: number): number[] {
  return [
    ...op.tee(local),
    // The word that holds the bit: (hash >>> 5) * 4. The shift counts modulo 32.
    ...[...op.i32(3), ...op.shiftRight, ...op.i32(-4), ...op.and, ...op.load(filter)],
    ...[...op.get(local), ...op.shiftRight],
  ];
}
