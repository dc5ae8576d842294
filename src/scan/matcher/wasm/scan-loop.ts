import { hashFactor } from '../windows.ts';
import { moduleOf, op } from './encode.ts';

/** Where things stand in the memory of the module, in bytes. */
export interface Layout {
  filter: number;
  /** Whether the filter has a byte a hash, 0 or 1, and not a bit: three instructions less a window, eight times the memory. */
  wide: boolean;
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
const firstWindow = 3;

/**
 * The loop of `filter.ts` as a module: `run(at, stop)` looks at rounds of windows from `at` as long as it is below `stop`,
 * writes the positions of hits, answers their number, and leaves the next position in the first word of the memory.
 *
 * Stride and addresses are constants of the code: a window's place in the round is then part of the load instruction.
 */
export function scanLoop(stride: number, filterBits: number, layout: Layout): Uint8Array {
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
    ...[...op.get(hit), ...op.i32(layout.hits), ...op.subtract, ...op.i32(2), ...op.shiftRight],
  ];
  return moduleOf({ parameters: 2, locals: 1 + windowsARound, body }, layout.pages);
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
