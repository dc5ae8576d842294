import { assemble, type Code, type WasmFunction } from '../../../image/codecs/deflate/assemble.ts';
import * as wasm from '../../../image/codecs/deflate/instructions.ts';

const { block, branch, branchIf, call, get, giveBack, i32, i64, loop, memory, set, tee, v128, when } = wasm;

/** Bytes that are looked at in one call; whole blocks. */
export const workBytes = 64 * 1024;
/** Positions that are looked at together. */
export const blockBytes = 16;
/** What is read before and behind the bytes that are looked at. */
export const aroundBytes = 48;

/**
 * What stands at `layout.tables`, 16 bytes each: by a nibble's value, the groups of pairs that have it, a bit each. For the
 * low and the high nibble of the first byte, and of the second.
 */
export const tableCount = 4;

/** Where things stand in the memory of the module, in bytes. */
export const layout = {
  /** The positions that are told; i32s, at most one for each byte. */
  hits: 0,
  /** Blocks with pairs: their address and a bit for each position; i32s. */
  blocks: 4 * workBytes,
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

/** 1 where one of the patterns has its pair at `at`. */
function isPattern(patterns: readonly Pattern[]): WasmFunction {
  const all = patterns.map((pattern) =>
    when(
      pattern.bytes.length > 4 ? i32.and(stands(pattern, 0), stands(pattern, 4)) : stands(pattern, 0),
      pattern.deflated ? when(call('deflateStart', get('at')), giveBack(1)) : giveBack(1),
    ),
  );
  return { name: 'isPattern', parameters: ['at'], locals: {}, body: [all, i32.of(0)] };
}

const table = (index: number): Code => get(`table ${index}`);
const lowNibbles: Code = v128.and(get('bytes'), get('nibble'));
const highNibbles: Code = v128.and(v128.shiftRight16(get('bytes'), i32.of(4)), get('nibble'));
const groups = (offset: number, low: number): Code => [
  set('bytes', memory.load128(get('at'), layout.work + offset)),
  v128.and(v128.swizzle(table(low), lowNibbles), v128.swizzle(table(low + 1), highNibbles)),
];

const found = (offset: number): Code => v128.and(groups(offset, 0), groups(offset + 1, 2));

/** Notes a block in which pairs are: where it is, and a bit for each position. */
const note = (name: string, offset: number): Code => [
  memory.store32(get('block'), i32.add(get('at'), i32.of(offset)), layout.blocks),
  memory.store32(get('block'), v128.bitmask(v128.notEqual(get(name), v128.filled(0))), layout.blocks + 4),
  set('block', i32.add(get('block'), i32.of(8))),
];

/**
 * Notes all blocks below `stop` in which two bytes may be one of the pairs: a table lookup for each nibble, all of which must agree
 * on a group (as in the Teddy of Hyperscan). Answers how many bytes it noted.
 *
 * Nothing is called here, so that the tables stay in registers.
 */
const noteBlocks: WasmFunction = {
  name: 'noteBlocks',
  parameters: ['stop'],
  locals: {
    ...{ at: 'i32', block: 'i32', bytes: 'v128', found: 'v128' },
    nibble: 'v128',
    // loaded, as constants would be made anew in every round
    ...Object.fromEntries(Array.from({ length: tableCount }, (_, index) => [`table ${index}`, 'v128' as const])),
  },
  body: [
    Array.from({ length: tableCount }, (_, index) =>
      set(`table ${index}`, memory.load128(i32.of(layout.tables + blockBytes * index))),
    ),
    set('nibble', v128.filled(15)),
    block(
      'over',
      loop(
        'each block',
        branchIf('over', i32.atLeast(get('at'), get('stop'))),
        when(v128.isAnySet(tee('found', found(0))), note('found', 0)),
        set('at', i32.add(get('at'), i32.of(blockBytes))),
        branch('each block'),
      ),
    ),
    get('block'),
  ],
};

/** Tells in which positions of the blocks that hold pairs below `stop` patterns have theirs. Answers how many. */
const search: WasmFunction = {
  name: 'search',
  parameters: ['stop'],
  locals: { block: 'i32', last: 'i32', hit: 'i32', bits: 'i32', pair: 'i32' },
  body: [
    set('last', call('noteBlocks', get('stop'))),
    block(
      'over',
      loop(
        'each block',
        branchIf('over', i32.atLeast(get('block'), get('last'))),
        set('bits', memory.load32(get('block'), layout.blocks + 4)),
        loop(
          'each pair',
          set('pair', i32.add(memory.load32(get('block'), layout.blocks), i32.trailingZeros(get('bits')))),
          when(
            call('isPattern', get('pair')),
            memory.store32(get('hit'), get('pair'), layout.hits),
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
  return assemble([deflateStart, isPattern(patterns), noteBlocks, search], pages);
}
