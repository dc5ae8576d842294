import type { Code, WasmFunction } from '../../../wasm/assemble.ts';
import {
  block,
  branch,
  branchIf,
  call,
  either,
  get,
  giveBack,
  i32,
  loop,
  memory,
  set,
  when,
} from '../../../wasm/instructions.ts';
import { bitLocals, drop, loadBits, peek, refillCarefully, storeBits } from './bits.ts';
import * as layout from './layout.ts';

/** What `header` answers. */
export const headerResult = { needsInput: 0, stored: 1, coded: 2, broken: 3 };

const nowhere = i32.of(0);

/** Goes to `needs input` when there are not so many bits: nothing of the header is taken then. */
const need = (count: Code): Code => branchIf('needs input', i32.less(get('bitCount'), count));

/** Sets a local to the next bits and drops them. */
const take = (name: string, count: number): Code => [need(i32.of(count)), set(name, peek(count)), drop(i32.of(count))];

const breakIf = (condition: Code): Code => branchIf('broken', condition);

/** `maySingle`: see `build`. */
const buildTable = (alphabet: keyof typeof layout.tables, lengths: Code, count: Code, maySingle: 0 | 1): Code =>
  call(
    'build',
    ...[lengths, count, i32.of(layout.templates[alphabet]), i32.of(layout.tables[alphabet])],
    ...[i32.of(layout.tableBits[alphabet]), i32.of(maySingle)],
  );

/** RFC 1951, 3.2.4: the length stands twice, once inverted. */
const stored: Code = [
  drop(i32.and(get('bitCount'), i32.of(7))),
  refillCarefully,
  need(i32.of(32)),
  set('count', peek(16)),
  drop(i32.of(16)),
  breakIf(i32.xor(peek(16), i32.xor(get('count'), i32.of(0xffff)))),
  drop(i32.of(16)),
  memory.store32(nowhere, get('count'), layout.state.stored),
];

const fillLengths = (from: number, to: number, length: number): Code =>
  memory.fill(i32.of(layout.codeLengths + from), i32.of(length), i32.of(to - from));

/** RFC 1951, 3.2.6. */
const fixedLengths: Code = [
  fillLengths(0, 144, 8),
  fillLengths(144, 256, 9),
  fillLengths(256, 280, 7),
  fillLengths(280, 288, 8),
  fillLengths(288, 320, 5),
  set('literals', i32.of(layout.symbols.literals)),
  set('distances', i32.of(layout.symbols.distances)),
];

const increment = (name: string, by: Code): Code => set(name, i32.add(get(name), by));

/** The code of the lengths of codes. */
const lengthsCode: Code = [
  memory.fill(i32.of(layout.lengthLengths), i32.of(0), i32.of(layout.symbols.lengths)),
  set('at', i32.of(0)),
  loop(
    'each length of lengths',
    refillCarefully,
    take('length', 3),
    memory.storeByte(memory.loadByte(get('at'), layout.lengthOrder), get('length'), layout.lengthLengths),
    increment('at', i32.of(1)),
    branchIf('each length of lengths', i32.less(get('at'), get('count'))),
  ),
  breakIf(buildTable('lengths', i32.of(layout.lengthLengths), i32.of(layout.symbols.lengths), 0)),
];

const lengthAt = (at: Code): Code => i32.add(at, i32.of(layout.codeLengths));

/** Sets `repeat` to `least` and as many as the next `bits` say, which stand behind the symbol that is still to be dropped. */
const repetition = (least: number, bits: number): Code => [
  need(i32.add(get('length'), i32.of(bits))),
  drop(get('length')),
  set('repeat', i32.add(peek(bits), i32.of(least))),
  drop(i32.of(bits)),
];

/** A length, or how often one is repeated (RFC 1951, 3.2.7). Repetitions may go on from the one alphabet into the other. */
const oneLength: Code = [
  refillCarefully,
  set('entry', memory.load32(i32.shiftLeft(peek(layout.tableBits.lengths), i32.of(2)), layout.tables.lengths)),
  set('length', i32.and(get('entry'), i32.of(0xff))),
  need(get('length')),
  set('entry', i32.shiftRight(get('entry'), i32.of(16))),
  either(
    i32.less(get('entry'), i32.of(16)),
    [drop(get('length')), memory.storeByte(get('at'), get('entry'), layout.codeLengths), increment('at', i32.of(1))],
    [
      set('value', i32.of(0)),
      either(
        i32.equal(get('entry'), i32.of(16)),
        [
          repetition(3, 2),
          breakIf(i32.isZero(get('at'))),
          set('value', memory.loadByte(get('at'), layout.codeLengths - 1)),
        ],
        either(i32.equal(get('entry'), i32.of(17)), repetition(3, 3), repetition(11, 7)),
      ),
      breakIf(i32.greater(i32.add(get('at'), get('repeat')), get('total'))),
      memory.fill(lengthAt(get('at')), get('value'), get('repeat')),
      increment('at', get('repeat')),
    ],
  ),
];

/** RFC 1951, 3.2.7. Symbols without a meaning may have no code here, as zlib has it. */
const dynamicLengths: Code = [
  refillCarefully,
  take('literals', 5),
  take('distances', 5),
  take('count', 4),
  increment('literals', i32.of(257)),
  increment('distances', i32.of(1)),
  increment('count', i32.of(4)),
  breakIf(i32.greater(get('literals'), i32.of(286))),
  breakIf(i32.greater(get('distances'), i32.of(30))),
  lengthsCode,
  set('total', i32.add(get('literals'), get('distances'))),
  set('at', i32.of(0)),
  loop('each length', oneLength, branchIf('each length', i32.less(get('at'), get('total')))),
  // without an end no block could be read
  breakIf(i32.isZero(memory.loadByte(i32.of(0), layout.codeLengths + 256))),
];

/**
 * Reads the header of a block and builds its tables.
 *
 * All or nothing: where the input ends within it, nothing is taken. What zlib's inflate takes for an error is one.
 */
export const header: WasmFunction = {
  name: 'header',
  parameters: [],
  locals: {
    ...bitLocals,
    ...Object.fromEntries(
      ['type', 'last', 'count', 'literals', 'distances', 'total', 'at', 'entry', 'length', 'repeat', 'value'].map(
        (name) => [name, 'i32' as const],
      ),
    ),
  },
  body: [
    block(
      'needs input',
      block(
        'broken',
        loadBits,
        refillCarefully,
        take('last', 1),
        take('type', 2),
        when(i32.isZero(get('type')), stored, saved(), giveBack(headerResult.stored)),
        block(
          'lengths are known',
          when(
            i32.equal(get('type'), i32.of(1)),
            when(memory.load32(nowhere, layout.state.fixed), saved(), giveBack(headerResult.coded)),
            memory.store32(nowhere, i32.of(1), layout.state.fixed),
            fixedLengths,
            branch('lengths are known'),
          ),
          memory.store32(nowhere, i32.of(0), layout.state.fixed),
          breakIf(i32.equal(get('type'), i32.of(3))),
          dynamicLengths,
        ),
        breakIf(buildTable('literals', i32.of(layout.codeLengths), get('literals'), 1)),
        breakIf(buildTable('distances', lengthAt(get('literals')), get('distances'), 1)),
        saved(),
        giveBack(headerResult.coded),
      ),
      giveBack(headerResult.broken),
    ),
    i32.of(headerResult.needsInput),
  ],
};

function saved(): Code {
  return [storeBits, memory.store32(nowhere, get('last'), layout.state.last)];
}
