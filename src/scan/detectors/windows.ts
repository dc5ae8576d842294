import { byteCosts } from '../matcher/byte-costs.ts';
import type { AnchorBytes } from './anchors.ts';

/** Bytes of an anchor that are looked for before the rest of it. */
export const windowBytes = 4;

/** By place in a window, the nibbles that one of its bytes may have: 16 bits each. */
type Nibbles = readonly { low: number; high: number }[];

/** Where in its anchor the window stands that is looked for, by each of the four-byte numbers (little-endian) that it may be. */
export interface AnchorWindow {
  offset: number;
  keys: readonly number[];
}

/** The windows of all anchors, and what the search in eight groups at once needs to know of them. */
export interface AnchorWindows {
  windows: readonly AnchorWindow[];
  /** As `pairModule` has them: 16 bytes for each of the low and high nibbles of the bytes of a window. */
  tables: Uint8Array;
}

interface Option {
  offset: number;
  bytes: readonly Uint8Array[];
  nibbles: Nibbles;
}

interface Group {
  nibbles: Nibbles;
  cost: number;
}

const groupCount = 8;
const nothing: Nibbles = Array.from({ length: windowBytes }, () => ({ low: 0, high: 0 }));

/**
 * Chooses for each anchor one of its windows and one of eight groups, so that few places of a file look like any group: those
 * with the least choice first, each where it makes its group the least more frequent.
 *
 * Throws a RangeError on an anchor shorter than a window.
 */
export function windowsOf(anchors: readonly AnchorBytes[]): AnchorWindows {
  const groups: Group[] = Array.from({ length: groupCount }, () => ({ nibbles: nothing, cost: 0 }));
  const windows: AnchorWindow[] = [];
  const choices = anchors.map((anchor, index) => ({ index, options: optionsOf(anchor) }));
  for (const { index, options } of choices.sort((a, b) => a.options.length - b.options.length)) {
    let best: { option: Option; group: Group; joined: Group; more: number } | undefined;
    for (const option of options) {
      for (const group of groups) {
        const joined = groupOf(group.nibbles, option.nibbles);
        const more = joined.cost - group.cost;
        if (best === undefined || more < best.more) best = { option, group, joined, more };
      }
    }
    if (best === undefined) throw new RangeError('an anchor is shorter than a window');
    Object.assign(best.group, best.joined);
    windows[index] = { offset: best.option.offset, keys: keysOf(best.option.bytes) };
  }
  return { windows, tables: tablesOf(groups) };
}

function optionsOf({ bytes, alphabet, least }: AnchorBytes): Option[] {
  const places = [...[...bytes].map((byte) => Uint8Array.of(byte)), ...new Array<Uint8Array>(least).fill(alphabet)];
  // a window of what follows anything is none
  const last = Math.min(places.length - windowBytes, Math.max(0, bytes.length - windowBytes));
  return Array.from({ length: Math.max(0, last + 1) }, (_, offset) => {
    const window = places.slice(offset, offset + windowBytes);
    return { offset, bytes: window, nibbles: window.map(nibblesOf) };
  });
}

function nibblesOf(bytes: Uint8Array): Nibbles[number] {
  let low = 0;
  let high = 0;
  for (const byte of bytes) {
    low |= 1 << (byte & 15);
    high |= 1 << (byte >> 4);
  }
  return { low, high };
}

/** A group with another window; its cost is how often its first pair is met, and how often all of it is. */
function groupOf(one: Nibbles, other: Nibbles): Group {
  const nibbles = one.map(({ low, high }, place) => ({
    low: low | other[place]!.low,
    high: high | other[place]!.high,
  }));
  const [a, b, c, d] = nibbles.map(shareOf) as [number, number, number, number];
  return { nibbles, cost: a * b * (1 + c * d) };
}

/** How many of a file's bytes have one of the low and one of the high nibbles. */
function shareOf({ low, high }: Nibbles[number]): number {
  let share = 0;
  for (let upper = high, first = 0; upper !== 0; upper >>>= 1, first += 16) {
    if ((upper & 1) === 0) continue;
    for (let lower = low, byte = first; lower !== 0; lower >>>= 1, byte += 1)
      if ((lower & 1) !== 0) share += byteCosts[byte]!;
  }
  return share;
}

function keysOf(bytes: readonly Uint8Array[]): number[] {
  return bytes.reduce<number[]>(
    (keys, next, place) => keys.flatMap((key) => [...next].map((byte) => key | (byte << (8 * place)))),
    [0],
  );
}

function tablesOf(groups: readonly Group[]): Uint8Array {
  const tables = new Uint8Array(windowBytes * 2 * 16);
  groups.forEach(({ nibbles }, group) => {
    nibbles.forEach(({ low, high }, place) => {
      for (let nibble = 0; nibble < 16; nibble++) {
        tables[32 * place + nibble]! |= ((low >> nibble) & 1) << group;
        tables[32 * place + 16 + nibble]! |= ((high >> nibble) & 1) << group;
      }
    });
  });
  return tables;
}
