import type { Code, WasmFunction } from '../../../wasm/assemble.ts';
import {
  block,
  branch,
  branchIf,
  either,
  get,
  i32,
  i64,
  loop,
  memory,
  set,
  tee,
  v128,
  when,
} from '../../../wasm/instructions.ts';
import { bitLocals, drop, loadBits, lowest, refillCarefully, storeBits } from './bits.ts';
import { entry } from './entries.ts';
import * as layout from './layout.ts';

/** What `codes` answers. */
export const codesResult = { needsInput: 0, endOfBlock: 1, broken: 2, full: 3 };

type Alphabet = 'literals' | 'distances';

const nowhere = i32.of(0);
const { special, subtable, endOfBlock, meaning } = entry;

const leave = (result: number): Code => [set('result', i32.of(result)), branch('over')];
const increment = (name: string, by: number): Code => set(name, i32.add(get(name), i32.of(by)));

const entryAt = (alphabet: Alphabet, index: Code): Code =>
  memory.load32(i32.shiftLeft(index, i32.of(2)), layout.tables[alphabet]);

/** What the table has for the next bits. */
const look = (alphabet: Alphabet, bits = 'bits'): Code =>
  set('entry', entryAt(alphabet, i32.and(i32.from(get(bits)), i32.of(2 ** layout.tableBits[alphabet] - 1))));

/** The same in the subtable that the entry names; the bits of the first table are dropped. */
const lookFurther = (alphabet: Alphabet, bits = 'bits'): Code =>
  set(
    'entry',
    entryAt(
      alphabet,
      i32.add(
        i32.shiftRight(get('entry'), i32.of(meaning)),
        i32.from(lowest(get(bits), i32.and(i32.shiftRight(get('entry'), i32.of(8)), i32.of(31)))),
      ),
    ),
  );

const has = (flag: number): Code => i32.and(get('entry'), i32.of(flag));
const isLiteral: Code = i32.lessSigned(get('entry'), i32.of(0));

/** Base and extra bits of a length or distance; `before` are the bits with its code. A shift takes the count's lowest six bits. */
const value: Code = i32.add(
  i32.shiftRight(get('entry'), i32.of(meaning)),
  i32.from(i64.shiftRight(lowest(get('before'), get('entry')), i64.from(i32.shiftRight(get('entry'), i32.of(8))))),
);

const putLiteral: Code = [
  memory.storeByte(get('output'), i32.shiftRight(get('entry'), i32.of(meaning))),
  increment('output', 1),
];

/**
 * At least 56 bits: eight bytes are read, and those that fit counted; the other bits are read again. Only the lowest six bits
 * of `bitCount` are kept true in the loop, as shifts need no more (F. Giesen, "Reading bits in far too many ways", variant 4).
 */
const refill: Code = [
  set('bits', i64.or(get('bits'), i64.shiftLeft(memory.load64(get('input')), i64.from(get('bitCount'))))),
  set(
    'input',
    i32.subtract(i32.add(get('input'), i32.of(7)), i32.and(i32.shiftRight(get('bitCount'), i32.of(3)), i32.of(7))),
  ),
  set('bitCount', i32.or(get('bitCount'), i32.of(56))),
];

/** Drops the entry's bits. What stands above its lowest byte only spoils the upper bits of `bitCount`. */
const dropEntry = drop(get('entry'));
const keepAndDrop: Code = [set('before', get('bits')), dropEntry];

const tooFar: Code = i32.greater(get('distance'), i32.subtract(get('output'), get('oldest')));

/** Sets where the match is copied from, to, and up to. */
const locate: Code = [
  set('source', i32.subtract(get('output'), get('distance'))),
  set('target', get('output')),
  set('output', i32.add(get('output'), get('length'))),
];

const copy16 = (offset: number): Code => memory.store128(get('target'), memory.load128(get('source'), offset), offset);

/**
 * Copies a match in steps of 16 bytes, over its end; a near one is a pattern that repeats.
 *
 * The first two steps without a question between them, as few matches are longer: 4 % faster than asking before the second.
 */
const copy: Code = either(
  i32.atLeast(get('distance'), i32.of(16)),
  [
    copy16(0),
    copy16(16),
    when(
      i32.greater(get('length'), i32.of(32)),
      loop(
        'copying',
        set('source', i32.add(get('source'), i32.of(16))),
        set('target', i32.add(get('target'), i32.of(16))),
        copy16(16),
        branchIf('copying', i32.less(i32.add(get('target'), i32.of(32)), get('output'))),
      ),
    ),
  ],
  [
    set(
      'pattern',
      v128.swizzle(
        memory.load128(get('source')),
        memory.load128(i32.shiftLeft(get('distance'), i32.of(4)), layout.patterns),
      ),
    ),
    set('step', memory.loadByte(get('distance'), layout.patternSteps)),
    loop(
      'repeating',
      memory.store128(get('target'), get('pattern')),
      branchIf('repeating', i32.less(tee('target', i32.add(get('target'), get('step'))), get('output'))),
    ),
  ],
);

/** Bits that a distance may take. */
const distanceBits = 15 + 13;

/** A symbol that is in no table of the first level, or ends the block. Goes to `literals` with a literal. */
const rareSymbol: Code = [
  when(has(endOfBlock), leave(codesResult.endOfBlock)),
  when(i32.isZero(has(subtable)), leave(codesResult.broken)),
  lookFurther('literals'),
  keepAndDrop,
  when(isLiteral, putLiteral, branch('literals')),
  when(has(special), when(has(endOfBlock), leave(codesResult.endOfBlock)), leave(codesResult.broken)),
];

const rareDistance: Code = [
  when(i32.isZero(has(subtable)), leave(codesResult.broken)),
  dropEntry,
  lookFurther('distances'),
  when(has(special), leave(codesResult.broken)),
];

const goesOn: Code = i32.and(i32.atMost(get('input'), get('inputStop')), i32.atMost(get('output'), get('outputFull')));

/**
 * Up to three literals, or two and a match, a turn.
 *
 * These take at most 2 × 10 + 15 + 5 bits of the 56, so that the first table of distances always has its bits.
 */
const fastLoop: Code = [
  refill,
  look('literals'),
  loop(
    'fast',
    block(
      'literals',
      block(
        'a length',
        keepAndDrop,
        when(isLiteral, [
          ...[putLiteral, look('literals'), keepAndDrop],
          when(isLiteral, [
            ...[putLiteral, look('literals'), keepAndDrop],
            when(isLiteral, putLiteral, branch('literals')),
          ]),
        ]),
        branchIf('a length', i32.isZero(has(special))),
        rareSymbol,
      ),
      set('length', value),
      look('distances'),
      when(i32.less(i32.and(get('bitCount'), i32.of(63)), i32.of(distanceBits)), refill),
      when(has(special), rareDistance),
      keepAndDrop,
      set('distance', value),
      when(tooFar, leave(codesResult.broken)),
      locate,
      // before the copy, which does not have to wait for it
      refill,
      look('literals'),
      copy,
      branchIf('fast', goesOn),
      branch('slow down'),
    ),
    refill,
    look('literals'),
    branchIf('fast', goesOn),
  ),
];

const dropTrial: Code = [
  set('left', i32.subtract(get('left'), i32.and(get('entry'), i32.of(0xff)))),
  when(i32.lessSigned(get('left'), i32.of(0)), leave(codesResult.needsInput)),
  set('trial', i64.shiftRight(get('trial'), i64.from(get('entry')))),
];

/** Behind the end of the input stand zeros: an entry counts only when its bits are there. */
const lookCarefully = (alphabet: Alphabet): Code => [
  look(alphabet, 'trial'),
  when(i32.equal(has(special | subtable), i32.of(special | subtable)), dropTrial, lookFurther(alphabet, 'trial')),
  set('before', get('trial')),
  dropTrial,
];

const acceptTrial: Code = [set('bits', get('trial')), set('bitCount', get('left'))];

/** A symbol a turn, and of it all or nothing, up to the last that is wholly there. */
const carefulLoop: Code = loop(
  'careful',
  when(i32.greater(get('output'), get('outputFull')), leave(codesResult.full)),
  refillCarefully,
  set('trial', get('bits')),
  set('left', get('bitCount')),
  lookCarefully('literals'),
  when(isLiteral, putLiteral, acceptTrial, branch('careful')),
  when(has(special), when(has(endOfBlock), acceptTrial, leave(codesResult.endOfBlock)), leave(codesResult.broken)),
  set('length', value),
  lookCarefully('distances'),
  when(has(special), leave(codesResult.broken)),
  set('distance', value),
  when(tooFar, leave(codesResult.broken)),
  acceptTrial,
  locate,
  copy,
  branch('careful'),
);

const i32s = (...names: string[]) => Object.fromEntries(names.map((name) => [name, 'i32' as const]));

/**
 * Decodes the body of a block with the tables of its header, to its end, or as far as there are input and room.
 *
 * Fast as long as a turn of the loop can neither read nor write too far; then symbol by symbol.
 */
export const codes: WasmFunction = {
  name: 'codes',
  parameters: [],
  locals: {
    ...bitLocals,
    ...i32s('inputStop', 'output', 'outputFull', 'oldest', 'entry', 'length', 'distance', 'source', 'target', 'step'),
    ...i32s('left', 'result'),
    before: 'i64',
    trial: 'i64',
    pattern: 'v128',
  },
  body: [
    loadBits,
    set('output', memory.load32(nowhere, layout.state.output)),
    set('outputFull', memory.load32(nowhere, layout.state.outputFull)),
    set('oldest', memory.load32(nowhere, layout.state.oldest)),
    set('inputStop', i32.subtract(get('inputEnd'), i32.of(layout.readAhead))),
    block(
      'over',
      block('slow down', branchIf('slow down', i32.isZero(goesOn)), fastLoop),
      set('bitCount', i32.and(get('bitCount'), i32.of(63))),
      set('bits', lowest(get('bits'), get('bitCount'))),
      carefulLoop,
    ),
    set('bitCount', i32.and(get('bitCount'), i32.of(63))),
    storeBits,
    memory.store32(nowhere, get('output'), layout.state.output),
    get('result'),
  ],
};
