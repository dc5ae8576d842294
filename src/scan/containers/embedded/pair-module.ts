import { assemble, type Code, type WasmFunction } from '../../../wasm/assemble.ts';
import * as wasm from '../../../wasm/instructions.ts';

const { block, branch, branchIf, get, i32, loop, memory, set, tee, v128, when } = wasm;

/** Where things stand in the memory of the module, in bytes. */
export interface PairLayout {
  /** Room for the blocks that are told. */
  hits: number;
  tables: number;
  work: number;
}

/** Positions that are looked at together. */
export const blockBytes = 16;

/**
 * What stands at `PairLayout.tables`, 16 bytes each: by a nibble's value, the groups of pairs that have it, a bit each. For the
 * low and the high nibble of the first byte, and of the second.
 */
export const tableCount = 4;

const table = (index: number): string => `table ${index}`;
const lowNibbles: Code = v128.and(get('bytes'), get('nibble'));
const highNibbles: Code = v128.and(v128.shiftRight16(get('bytes'), i32.of(4)), get('nibble'));

/** The groups that the bytes at `address` may belong to, by the tables from `low` on. */
const groups = (address: number, low: number): Code => [
  set('bytes', memory.load128(get('at'), address)),
  v128.and(v128.swizzle(get(table(low)), lowNibbles), v128.swizzle(get(table(low + 1)), highNibbles)),
];

/**
 * A function `run(at, stop)`: where two bytes may be one of the pairs, in the blocks from `at` as long as they are below `stop`.
 * Writes the offset of each such block and a bit for each of its positions; answers how many blocks. With two `pairs`, four bytes
 * must agree on a group; the last two are looked at only in blocks where the first two do.
 *
 * A table lookup for each nibble, all of which must agree on a group of pairs (as in the Teddy of Hyperscan): what it costs does
 * not depend on how many pairs there are. The tables are loaded, as constants would be made anew in every round, and nothing is
 * called, so that they stay in registers.
 */
export function findPairs({ hits, tables, work }: PairLayout, pairs: 1 | 2 = 1): WasmFunction {
  const names = Array.from({ length: tableCount * pairs }, (_, index) => table(index));
  const pair = (index: number): Code =>
    v128.and(groups(work + 2 * index, 4 * index), groups(work + 2 * index + 1, 4 * index + 2));
  const note: Code = [
    memory.store32(get('hit'), get('at'), hits),
    memory.store32(get('hit'), v128.bitmask(v128.notEqual(get('found'), v128.filled(0))), hits + 4),
    set('hit', i32.add(get('hit'), i32.of(8))),
  ];
  const both = when(v128.isAnySet(tee('found', v128.and(get('found'), pair(1)))), note);
  return {
    name: 'run',
    parameters: ['at', 'stop'],
    locals: {
      ...{ hit: 'i32', bytes: 'v128', found: 'v128', nibble: 'v128' },
      ...Object.fromEntries(names.map((name) => [name, 'v128' as const])),
    },
    body: [
      names.map((name, index) => set(name, memory.load128(i32.of(tables + blockBytes * index)))),
      set('nibble', v128.filled(15)),
      block(
        'over',
        loop(
          'each block',
          branchIf('over', i32.atLeast(get('at'), get('stop'))),
          when(v128.isAnySet(tee('found', pair(0))), pairs === 2 ? both : note),
          set('at', i32.add(get('at'), i32.of(blockBytes))),
          branch('each block'),
        ),
      ),
      i32.shiftRight(get('hit'), i32.of(3)),
    ],
  };
}

/** A module that exports `memory` of so many `pages`, and `run` of `findPairs`. Source: WebAssembly Core Specification 2.0, §5.4. */
export function pairModule({ pages, ...layout }: PairLayout & { pages: number }, pairs: 1 | 2 = 1): Uint8Array {
  return assemble([findPairs(layout, pairs)], pages);
}
