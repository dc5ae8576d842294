import { gramFactor, gramMix, secondBit } from '../grams.ts';
import { hashFactor } from '../window.ts';
import { moduleOf, op } from './encode.ts';

/** Where things stand in the memory of the module, in bytes. */
export interface Layout {
  filter: number;
  /** Whether the filter has a byte a hash, 0 or 1, and not a bit: three instructions less a window, eight times the memory. */
  wide: boolean;
  /** A bit a hash. */
  grams: number;
  /** Room for a position for every group, then for every window that a call looks at. */
  groups: number;
  hits: number;
  work: number;
  pages: number;
}

/** Windows looked at between two branches: so few that nothing known of them has to be kept for long. */
const windowsAGroup = 4;
const groupsARound = 8;

/** Windows that a call looks at together; those behind `stop` it looks at for nothing. */
export const windowsARound = groupsARound * windowsAGroup;

const at = 0;
const stop = 1;
const group = 2;
const noted = 3;
const hit = 4;
const kept = 5;
const hash = 6;
const word = 7;
const locals = 6;

/** What is written into the code as a constant. */
export interface Constants {
  stride: number;
  filterBits: number;
  gramBits: number;
}

/**
 * The loop of `filter.ts` as a module: `run(at, stop)` looks at rounds of windows from `at` as long as it is below `stop`,
 * writes the positions of hits and answers their number. Three loops: one notes groups of windows of which the filter has
 * any, one notes which these are, the last keeps of these where the grams have what stands there.
 *
 * Stride and addresses are constants of the code: a window's place in the round is then part of the load instruction.
 */
export function scanLoop({ stride, filterBits, gramBits }: Constants, layout: Layout): Uint8Array {
  const look = (distance: number): number[] => [
    ...[...op.get(at), ...op.load(layout.work + distance), ...op.i32(hashFactor), ...op.multiply],
    ...[...op.i32(32 - filterBits), ...op.shiftRight],
    ...(layout.wide ? op.loadByte(layout.filter) : bitOf(layout.filter)),
  ];
  const windows = Array.from({ length: windowsAGroup }, (_, index) => index * stride);
  const round = Array.from({ length: groupsARound }, (_, index) => index * windowsAGroup * stride).flatMap((first) => [
    ...windows.flatMap((distance, index) => [...look(first + distance), ...(index === 0 ? [] : op.or)]),
    ...(layout.wide ? [] : [...op.i32(1), ...op.and]),
    ...[...op.if, ...op.get(group), ...op.get(at), ...op.i32(first), ...op.add, ...op.store(0)],
    ...[...op.get(group), ...op.i32(4), ...op.add, ...op.set(group), ...op.end],
  ]);
  // A position is written in any case, and counts when its bit is set.
  const note = windows.flatMap((distance) => [
    ...[...op.get(hit), ...op.get(at), ...op.i32(distance), ...op.add, ...op.store(0)],
    ...[...op.get(hit), ...look(distance), ...op.i32(1), ...op.and, ...op.i32(2), ...op.shiftLeft, ...op.add],
    ...op.set(hit),
  ]);
  const body = [
    ...[...op.i32(layout.groups), ...op.set(group), ...op.i32(layout.hits), ...op.set(hit)],
    ...whileBelow(at, stop, [...round, ...advance(at, windowsARound * stride)]),
    ...[...op.i32(layout.groups), ...op.set(noted)],
    ...whileBelow(noted, group, [...op.get(noted), ...op.load(0), ...op.set(at), ...note, ...advance(noted, 4)]),
    ...[...op.i32(layout.hits), ...op.tee(noted), ...op.set(kept)],
    ...whileBelow(noted, hit, [...sift(gramBits, layout), ...advance(noted, 4)]),
    ...[...op.get(kept), ...op.i32(layout.hits), ...op.subtract, ...op.i32(2), ...op.shiftRight],
  ];
  return moduleOf({ parameters: 2, locals, body }, layout.pages);
}

/** Keeps the noted position if a known gram stands around it. A position is written in any case here too. */
function sift(gramBits: number, layout: Layout): number[] {
  const has = (distance: number): number[] => [
    ...[...op.get(at), ...op.load(layout.work + distance)],
    ...[...op.get(at), ...op.load(layout.work + distance + 2), ...op.i32(gramMix), ...op.multiply, ...op.xor],
    ...[...op.i32(gramFactor), ...op.multiply, ...op.tee(hash)],
    // The word that holds the bits: (hash >>> (37 - gramBits)) * 4.
    ...[
      ...op.i32(35 - gramBits),
      ...op.shiftRight,
      ...op.i32(-4),
      ...op.and,
      ...op.load(layout.grams),
      ...op.tee(word),
    ],
    ...[...op.get(hash), ...op.i32(32 - gramBits), ...op.shiftRight, ...op.shiftRight],
    ...[...op.get(word), ...op.get(hash), ...op.i32(secondBit), ...op.shiftRight, ...op.shiftRight, ...op.and],
  ];
  return [
    ...[...op.get(kept), ...op.get(noted), ...op.load(0), ...op.tee(at), ...op.store(0)],
    ...[...has(0), ...has(-2), ...op.or, ...has(-1), ...op.or, ...op.i32(1), ...op.and],
    ...[...op.i32(2), ...op.shiftLeft, ...op.get(kept), ...op.add, ...op.set(kept)],
  ];
}

/** Shifts the bit of the hash on the stack to the lowest place; the places above it hold other hashes' bits. */
function bitOf(filter: number): number[] {
  return [
    ...op.tee(hash),
    // The word that holds the bit: (hash >>> 5) * 4. The shift counts modulo 32.
    ...[...op.i32(3), ...op.shiftRight, ...op.i32(-4), ...op.and, ...op.load(filter)],
    ...[...op.get(hash), ...op.shiftRight],
  ];
}

function whileBelow(local: number, limit: number, body: readonly number[]): number[] {
  return [
    ...[...op.block, ...op.loop, ...op.get(local), ...op.get(limit), ...op.greaterOrEqual, ...op.brIf(1)],
    ...[...body, ...op.br(0), ...op.end, ...op.end],
  ];
}

function advance(local: number, bytes: number): number[] {
  return [...op.get(local), ...op.i32(bytes), ...op.add, ...op.set(local)];
}
