import { ascii, section, signed, sized, unsigned, vector } from '../../../image/codecs/wasm-bytes.ts';

/** Where things stand in the memory of the module, in bytes. */
export interface PairLayout {
  /** Room for the blocks that are told. */
  hits: number;
  tables: number;
  work: number;
  pages: number;
}

/** Positions that are looked at together. */
export const blockBytes = 16;

/**
 * What stands at `PairLayout.tables`, 16 bytes each: by a nibble's value, the groups of pairs that have it, a bit each. For the
 * low and the high nibble of the first byte, and of the second; of a second pair, likewise.
 */
export const tableCount = 4;

const i32 = 0x7f;
const v128 = 0x7b;

const at = 0;
const stop = 1;
const hit = 2;
const found = 3;
const bytes = 4;
const lowBits = 5;
const table = (index: number): number => 6 + index;

const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const tee = (local: number): number[] => [0x22, local];
const constant = (value: number): number[] => [0x41, ...signed(value)];
const store = (offset: number): number[] => [0x36, 0, ...unsigned(offset)];
const add = 0x6a;
const simd = {
  load: (offset: number) => [0xfd, 0x00, 0, ...unsigned(offset)],
  of: (lanes: Uint8Array) => [0xfd, 0x0c, ...lanes],
  swizzle: [0xfd, 0x0e],
  notEqual: [0xfd, 0x24],
  and: [0xfd, 0x4e],
  anyTrue: [0xfd, 0x53],
  bitmask: [0xfd, 0x64],
  /** Of 16 bits each: one instruction, where that of bytes takes five. */
  shiftRight: [0xfd, 0x8d, 0x01],
};

/**
 * A module that exports `memory` and `run(at, stop)`: where two bytes may be one of the pairs, in the blocks from `at` as long
 * as they are below `stop`. Writes the offset of each such block and a bit for each of its positions; answers how many blocks.
 * With two `pairs`, four bytes must agree on a group; the last two are looked at only in blocks where the first two do.
 *
 * A table lookup for each nibble, all of which must agree on a group of pairs (as in the Teddy of Hyperscan): what it costs does
 * not depend on how many pairs there are. The tables are loaded, as constants would be made anew in every round.
 * Source: WebAssembly Core Specification 2.0, §5.4.
 */
export function pairModule(layout: PairLayout, pairs: 1 | 2 = 1): Uint8Array {
  const groups = (offset: number, low: number): number[] => [
    ...[...get(table(low)), ...get(at), ...simd.load(layout.work + offset), ...tee(bytes)],
    ...[...get(lowBits), ...simd.and, ...simd.swizzle],
    ...[...get(table(low + 1)), ...get(bytes), ...constant(4), ...simd.shiftRight, ...get(lowBits), ...simd.and],
    ...[...simd.swizzle, ...simd.and],
  ];
  const pair = (index: number): number[] => [
    ...[...groups(2 * index, 4 * index), ...groups(2 * index + 1, 4 * index + 2), ...simd.and],
    ...[...(index === 0 ? [] : [...get(found), ...simd.and]), ...tee(found), ...simd.anyTrue, 0x04, 0x40],
  ];
  const round = [
    ...[...pair(0), ...(pairs === 2 ? pair(1) : [])],
    ...[...get(hit), ...get(at), ...store(0), ...get(hit)],
    ...[...get(found), ...simd.of(new Uint8Array(blockBytes)), ...simd.notEqual, ...simd.bitmask, ...store(4)],
    ...[...get(hit), ...constant(8), add, ...set(hit), 0x0b, ...(pairs === 2 ? [0x0b] : [])],
    ...[...get(at), ...constant(blockBytes), add, ...set(at)],
  ];
  const tables = Array.from({ length: tableCount * pairs }, (_, index) => [
    ...[...constant(0), ...simd.load(layout.tables + blockBytes * index), ...set(table(index))],
  ]);
  const body = [
    ...[...tables.flat(), ...simd.of(new Uint8Array(blockBytes).fill(15)), ...set(lowBits)],
    ...[...constant(layout.hits), ...set(hit)],
    // a block and a loop; out of both once `at` has reached `stop`
    ...[0x02, 0x40, 0x03, 0x40, ...get(at), ...get(stop), 0x4e, 0x0d, 1, ...round, 0x0c, 0, 0x0b, 0x0b],
    ...[...get(hit), ...constant(layout.hits), 0x6b, ...constant(3), 0x76],
  ];
  const code = [2, 1, i32, 3 + tables.length, v128, ...body, 0x0b];
  return Uint8Array.from([
    ...[0, ...ascii('asm'), 1, 0, 0, 0],
    ...section(1, vector([[0x60, 2, i32, i32, 1, i32]])),
    ...section(3, vector([[0]])),
    ...section(5, vector([[1, ...unsigned(layout.pages), ...unsigned(layout.pages)]])),
    ...section(7, vector([exported('memory', 2), exported('run', 0)])),
    ...section(10, vector([sized(code)])),
  ]);
}

function exported(name: string, kind: number): number[] {
  return [...sized(ascii(name)), kind, 0];
}
