import { assemble, type Code, type WasmFunction } from '../../../wasm/assemble.ts';
import * as wasm from '../../../wasm/instructions.ts';
import { blockBytes, findPairs, tableCount } from './pair-module.ts';

const { block, branch, branchIf, call, get, giveBack, i32, i64, loop, memory, set, tee, when } = wasm;

/** Bytes that are looked at in one call; whole blocks. */
export const workBytes = 64 * 1024;
/** What is read before and behind the bytes that are looked at. */
export const aroundBytes = 48;

/** Where things stand in the memory of the module, in bytes. */
export const layout = {
  /** Positions, at most one for each byte; i32s. */
  told: 0,
  /** Blocks in which pairs are, as `findPairs` tells them. */
  hits: 4 * workBytes,
  tables: (4 + 1) * workBytes,
  work: (4 + 1) * workBytes + tableCount * blockBytes + aroundBytes,
};
const pages = Math.ceil((layout.work + workBytes + aroundBytes) / 65_536);

/** Bytes of which two that stand next to each other are searched for: a rare pair. */
export interface Pattern {
  /** In latin1, eight at most. */
  bytes: string;
  /** Where the pair stands from the first byte on: behind the bytes, too. */
  pairAt: number;
  first: number;
  second: number;
  /** Pairs of one group share their tables, so there are eight groups at most. */
  group: number;
  /** Deflated data must follow. */
  deflated: boolean;
}

const u16 = (value: Code): Code => i32.and(value, i32.of(0xffff));
const lengthBits = (value: Code): Code => i32.and(i32.from(value), i32.of(7));
const above = (most: number, shift: number): Code =>
  i32.greater(i32.and(i32.shiftRight(get('head'), i32.of(shift)), i32.of(31)), i32.of(most));

/**
 * 1 where deflated data may start behind the two bytes at `at`, as `isDeflateStart` has it, or where only that can tell: with
 * the fixed codes.
 */
const deflateStart: WasmFunction = {
  name: 'deflateStart',
  parameters: ['at'],
  locals: { head: 'i32', left: 'i32', length: 'i32', room: 'i32', lengths: 'i64' },
  body: [
    set('head', memory.load32(get('at'), layout.work + 2)),
    block(
      'not stored',
      branchIf('not stored', i32.and(get('head'), i32.of(6))),
      set('lengths', memory.load64(get('at'), layout.work + 3)),
      set('length', u16(i32.from(get('lengths')))),
      i32.and(
        i32.equal(i32.xor(get('length'), u16(i32.from(i64.shiftRight(get('lengths'), i64.of(16))))), i32.of(0xffff)),
        i32.greater(get('length'), i32.of(0)),
      ),
      0x0f,
    ),
    when(i32.equal(i32.and(get('head'), i32.of(6)), i32.of(2)), giveBack(1)),
    when(i32.equal(i32.and(get('head'), i32.of(6)), i32.of(6)), giveBack(0)),
    when(i32.or(above(29, 3), above(29, 8)), giveBack(0)),
    set('left', i32.add(i32.and(i32.shiftRight(get('head'), i32.of(13)), i32.of(15)), i32.of(4))),
    // from the 17th bit on
    set('lengths', i64.shiftRight(memory.load64(get('at'), layout.work + 4), i64.of(1))),
    set('room', i32.of(128)),
    loop(
      'each length',
      when(
        tee('length', lengthBits(get('lengths'))),
        set('room', i32.subtract(get('room'), i32.shiftRight(i32.of(128), get('length')))),
      ),
      set('lengths', i64.shiftRight(get('lengths'), i64.of(3))),
      branchIf('each length', tee('left', i32.subtract(get('left'), i32.of(1)))),
    ),
    i32.isZero(get('room')),
  ],
};

/** Up to four bytes of a pattern that stands where its pair is at `at`. */
function stands({ bytes, pairAt }: Pattern, from: number): Code {
  const part = Buffer.from(bytes.slice(from, from + 4), 'latin1');
  const [value, mask] = [Buffer.alloc(4), Buffer.alloc(4)];
  part.copy(value);
  mask.fill(0xff, 0, part.length);
  const found = memory.load32(get('at'), layout.work - pairAt + from);
  return i32.equal(part.length === 4 ? found : i32.and(found, i32.of(mask.readInt32LE())), i32.of(value.readInt32LE()));
}

function wholly(pattern: Pattern): Code {
  const { bytes, pairAt, first, second } = pattern;
  const start = stands(pattern, 0);
  if (bytes.length > 4) return i32.and(start, stands(pattern, 4));
  // the tables know only to which group each byte of a pair belongs
  return pairAt < bytes.length
    ? start
    : i32.and(start, i32.equal(u16(memory.load32(get('at'), layout.work)), i32.of(first + 256 * second)));
}

/** 1 where one of the patterns has its pair at `at`. */
function isPattern(patterns: readonly Pattern[]): WasmFunction {
  const all = patterns.map((pattern) =>
    when(wholly(pattern), pattern.deflated ? when(call('deflateStart', get('at')), giveBack(1)) : giveBack(1)),
  );
  return { name: 'isPattern', parameters: ['at'], locals: {}, body: [all, i32.of(0)] };
}

/** Tells the positions below `stop`, or in its block, at which a pattern has its pair; answers how many. */
const search: WasmFunction = {
  name: 'search',
  parameters: ['stop'],
  locals: { block: 'i32', last: 'i32', hit: 'i32', bits: 'i32', pair: 'i32' },
  body: [
    set('last', i32.shiftLeft(call('run', i32.of(0), get('stop')), i32.of(3))),
    block(
      'over',
      loop(
        'each block',
        branchIf('over', i32.atLeast(get('block'), get('last'))),
        set('bits', memory.load32(get('block'), layout.hits + 4)),
        loop(
          'each pair',
          set('pair', i32.add(memory.load32(get('block'), layout.hits), i32.trailingZeros(get('bits')))),
          when(
            call('isPattern', get('pair')),
            memory.store32(get('hit'), get('pair'), layout.told),
            set('hit', i32.add(get('hit'), i32.of(4))),
          ),
          branchIf('each pair', tee('bits', i32.and(get('bits'), i32.subtract(get('bits'), i32.of(1))))),
        ),
        set('block', i32.add(get('block'), i32.of(8))),
        branch('each block'),
      ),
    ),
    i32.shiftRight(get('hit'), i32.of(2)),
  ],
};

/**
 * A module that exports `memory` and `search(stop)`: where patterns have their pairs in the bytes at `layout.work`.
 *
 * What deflated data begins with is judged here as well, as a letter and a control character stand together in every program.
 * Source: WebAssembly Core Specification 2.0, §5.4.
 */
export function patternModule(patterns: readonly Pattern[]): Uint8Array {
  return assemble([deflateStart, isPattern(patterns), findPairs(layout), search], pages);
}
