import { assemble, type Code, type WasmFunction } from '../../wasm/assemble.ts';
import * as wasm from '../../wasm/instructions.ts';

const { block, branchIf, call, get, giveBack, i32, loop, memory, set, tee, v128, when } = wasm;

/** Bytes that are looked at in one call; whole blocks of sixteen. */
export const workBytes = 64 * 1024;
const laneBytes = 16;

/** Where things stand in the memory of the module, in bytes. */
export const layout = {
  /** Of each word that is told, where it starts and ends; i32s. */
  hits: 0,
  /** Where the word begins that goes on at the end; an i32. */
  open: 32 * 1024,
  /** By nibble, the high nibbles of characters that have it as their low one, a bit each; by high nibble, its bit. */
  lows: 32 * 1024 + 16,
  highs: 32 * 1024 + 32,
  /** Of each byte: what it stands for in base64, and in hex; 1 for those of texts; the row in `seconds`, 0 for none. */
  sextets: 33 * 1024,
  nibbles: 33 * 1024 + 256,
  textual: 33 * 1024 + 512,
  firsts: 33 * 1024 + 768,
  /** A row for each byte that something begins with: a bit for each second byte. */
  seconds: 34 * 1024,
  work: 36 * 1024,
};
/** The last block reads one byte more. */
const pages = Math.ceil((layout.work + workBytes + 4 * laneBytes) / 65_536);
export const secondsBytes = 32;

/** By what a word is judged; as in `encodedStart`. */
export interface WordRules {
  judgedCharacters: number;
  longestPrefix: number;
  firstSeparator: number;
  notHex: number;
}

const [backslash, slash, x] = [0x5c, 0x2f, 0x78];

const increment = (name: string, by: number): Code => set(name, i32.add(get(name), i32.of(by)));
const tableAt = (index: Code, table: number): Code => memory.loadByte(index, table);
const workAt = (offset: number): Code => memory.loadByte(get('at'), layout.work + offset);
const byteOf = (shift: number): Code => i32.and(i32.shiftRight(get('bits'), i32.of(shift)), i32.of(255));

/** Goes to `promising` where these three bytes may begin something, of what is not text by the first two of them. */
const judge: Code = block(
  'no',
  // an escaped slash is of no value
  branchIf('no', i32.shiftRight(get('bits'), i32.of(24))),
  when(
    tee('row', tableAt(byteOf(16), layout.firsts)),
    branchIf(
      'promising',
      i32.and(
        i32.shiftRight(
          tableAt(
            i32.add(i32.multiply(get('row'), i32.of(secondsBytes)), i32.shiftRight(byteOf(8), i32.of(3))),
            layout.seconds,
          ),
          i32.and(byteOf(8), i32.of(7)),
        ),
        i32.of(1),
      ),
    ),
  ),
  branchIf('no', i32.isZero(tableAt(byteOf(16), layout.textual))),
  branchIf('no', i32.isZero(tableAt(byteOf(0), layout.textual))),
  branchIf('promising', i32.isZero(byteOf(8))),
  branchIf('promising', tableAt(byteOf(8), layout.textual)),
);

const orSextet = (offset: number, shift: number): Code =>
  set('bits', i32.or(get('bits'), i32.shiftLeft(tableAt(workAt(offset), layout.sextets), i32.of(shift))));

const hexDigit = (offset: number, { notHex }: WordRules): Code => [
  branchIf('no hex', i32.equal(tee('digit', tableAt(workAt(offset), layout.nibbles)), i32.of(notHex))),
  set('bits', i32.or(i32.shiftLeft(get('bits'), i32.of(4)), get('digit'))),
];

/** 1 where `encodedStart` must look at the word: its loop, by the first three bytes alone. */
function promising(rules: WordRules): WasmFunction {
  const locals = ['at', 'last', 'isStart', 'bits', 'row', 'digit'];
  return {
    name: 'promising',
    parameters: ['start', 'end'],
    locals: Object.fromEntries(locals.map((name) => [name, 'i32' as const])),
    body: [
      set('at', get('start')),
      set('last', i32.subtract(get('end'), i32.of(rules.judgedCharacters))),
      when(
        i32.greater(i32.subtract(get('last'), get('start')), i32.of(rules.longestPrefix)),
        set('last', i32.add(get('start'), i32.of(rules.longestPrefix))),
      ),
      block(
        'promising',
        loop(
          'each',
          set('isStart', i32.of(1)),
          when(
            i32.greater(get('at'), get('start')),
            set('isStart', i32.atLeast(tableAt(workAt(-1), layout.sextets), i32.of(rules.firstSeparator))),
          ),
          when(
            get('isStart'),
            ...[set('bits', i32.of(0)), orSextet(0, 18), orSextet(1, 12), orSextet(2, 6), orSextet(3, 0), judge],
          ),
          when(
            i32.or(
              get('isStart'),
              i32.and(i32.atMost(get('at'), i32.add(get('start'), i32.of(2))), i32.equal(workAt(-1), i32.of(x))),
            ),
            block(
              'no hex',
              set('bits', i32.of(0)),
              ...[0, 1, 2, 3, 4, 5].map((offset) => hexDigit(offset, rules)),
              judge,
            ),
          ),
          increment('at', 1),
          branchIf('each', i32.atMost(get('at'), get('last'))),
        ),
        giveBack(0),
      ),
      i32.of(1),
    ],
  };
}

const nibble: Code = v128.and(get('bytes'), v128.filled(15));
const isCharacter: Code = v128.and(
  v128.swizzle(get('lows'), nibble),
  v128.swizzle(get('highs'), v128.shiftRight(get('bytes'), i32.of(4))),
);
const isEscapedSlash: Code = v128.and(
  v128.equal(get('bytes'), v128.filled(backslash)),
  v128.equal(memory.load128(get('at'), layout.work + 1), v128.filled(slash)),
);

/** A word ends: it is told when it is long enough, and something may begin in it. */
const tell: Code = when(
  i32.atLeast(i32.subtract(get('end'), get('start')), get('shortest')),
  when(
    call('promising', get('start'), get('end')),
    memory.store32(get('hit'), get('start'), layout.hits),
    memory.store32(get('hit'), get('end'), layout.hits + 4),
    increment('hit', 8),
  ),
);

/** Looks for words in the blocks below `stop`, of which all bytes and one more must be there; answers how many are told. */
const search: WasmFunction = {
  name: 'search',
  parameters: ['stop', 'shortest'],
  locals: {
    ...Object.fromEntries(['at', 'start', 'end', 'hit', 'ends'].map((name) => [name, 'i32' as const])),
    ...Object.fromEntries(['bytes', 'lows', 'highs'].map((name) => [name, 'v128' as const])),
  },
  body: [
    set('lows', memory.load128(i32.of(layout.lows))),
    set('highs', memory.load128(i32.of(layout.highs))),
    loop(
      'each block',
      set('bytes', memory.load128(get('at'), layout.work)),
      set('ends', v128.bitmask(v128.andNot(v128.equal(isCharacter, v128.filled(0)), isEscapedSlash))),
      when(
        get('ends'),
        // of words that begin in this block none is long enough to end in it
        ...[set('end', i32.add(get('at'), i32.trailingZeros(get('ends')))), tell],
        set('start', i32.subtract(i32.add(get('at'), i32.of(32)), i32.leadingZeros(get('ends')))),
      ),
      increment('at', laneBytes),
      branchIf('each block', i32.less(get('at'), get('stop'))),
    ),
    memory.store32(i32.of(layout.open), get('start')),
    i32.shiftRight(get('hit'), i32.of(3)),
  ],
};

/**
 * A module that exports `memory` and `search(stop, shortest)`: words of `shortest` characters of base64 or more in the bytes at
 * `layout.work`, as `LongWords` has them, but only those in which `encodedStart` may find something.
 *
 * Each block of 16 is classed by a table lookup for each nibble. Source: WebAssembly Core Specification 2.0, §5.4.
 */
export function wordModule(rules: WordRules): Uint8Array {
  return assemble([promising(rules), search], pages);
}
