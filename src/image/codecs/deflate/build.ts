import type { Code, WasmFunction } from '../../../wasm/assemble.ts';
import {
  block,
  branch,
  branchIf,
  get,
  giveBack,
  i32,
  loop,
  memory,
  set,
  tee,
  when,
} from '../../../wasm/instructions.ts';
import { entry } from './entries.ts';
import * as layout from './layout.ts';

const longest = 15;

const half = (address: number, index: Code): Code => memory.load16(i32.shiftLeft(index, i32.of(1)), address);
const setHalf = (address: number, index: Code, value: Code): Code =>
  memory.store16(i32.shiftLeft(index, i32.of(1)), value, address);
const increment = (name: string, by = 1) => set(name, i32.add(get(name), i32.of(by)));
const entryAt = (index: Code) => i32.add(get('table'), i32.shiftLeft(index, i32.of(2)));

/** Counts the codes of each length; leaves the longest in `most`. */
const count = [
  memory.fill(i32.of(layout.counts), i32.of(0), i32.of(32)),
  set('symbol', i32.of(0)),
  loop(
    'counting',
    set('length', memory.loadByte(i32.add(get('lengths'), get('symbol')))),
    setHalf(layout.counts, get('length'), i32.add(half(layout.counts, get('length')), i32.of(1))),
    increment('symbol'),
    branchIf('counting', i32.less(get('symbol'), get('symbols'))),
  ),
  set('most', i32.of(longest)),
  block(
    'found',
    loop(
      'shorter',
      branchIf('found', half(layout.counts, get('most'))),
      branchIf('shorter', tee('most', i32.subtract(get('most'), i32.of(1)))),
    ),
  ),
];

/**
 * Leaves what no code takes in `left`, and where the symbols of each length begin.
 *
 * More codes than there can be, and fewer than a reader needs, are errors, as in zlib's inflate_table: only a single code of
 * one bit may be alone, and there may be no distance at all.
 */
const check = [
  set('left', i32.of(1)),
  set('length', i32.of(1)),
  set('at', i32.of(0)),
  loop(
    'lengths',
    setHalf(layout.starts, get('length'), get('at')),
    set('at', i32.add(get('at'), half(layout.counts, get('length')))),
    set('left', i32.subtract(i32.shiftLeft(get('left'), i32.of(1)), half(layout.counts, get('length')))),
    when(i32.lessSigned(get('left'), i32.of(0)), giveBack(1)),
    increment('length'),
    branchIf('lengths', i32.atMost(get('length'), i32.of(longest))),
  ),
  when(
    get('left'),
    when(i32.isZero(get('maySingle')), giveBack(1)),
    when(i32.greater(get('most'), i32.of(1)), giveBack(1)),
    // one or no code: the other bit, or both, are no symbol's
    set('at', i32.of(0)),
    loop(
      'nothing',
      memory.store32(entryAt(get('at')), i32.of(entry.special | 0x101)),
      increment('at'),
      branchIf('nothing', i32.isZero(i32.shiftRight(get('at'), get('bits')))),
    ),
  ),
];

const sort = [
  set('symbol', i32.of(0)),
  loop(
    'sorting',
    when(
      tee('length', memory.loadByte(i32.add(get('lengths'), get('symbol')))),
      set('at', half(layout.starts, get('length'))),
      setHalf(layout.sorted, get('at'), get('symbol')),
      setHalf(layout.starts, get('length'), i32.add(get('at'), i32.of(1))),
    ),
    increment('symbol'),
    branchIf('sorting', i32.less(get('symbol'), get('symbols'))),
  ),
];

const size = i32.shiftLeft(i32.of(1), get('bits'));

/** Opens a subtable for the codes that begin with `prefix`: as many bits as hold all that are left of its codes. */
const openSubtable = [
  set('subBits', i32.subtract(get('length'), get('bits'))),
  set('held', get('ofLength')),
  set('at', get('length')),
  block(
    'wide',
    loop(
      'widen',
      branchIf('wide', i32.atLeast(get('held'), i32.shiftLeft(i32.of(1), get('subBits')))),
      branchIf('wide', i32.atLeast(get('at'), get('most'))),
      increment('at'),
      increment('subBits'),
      set('held', i32.add(i32.shiftLeft(get('held'), i32.of(1)), half(layout.counts, get('at')))),
      branch('widen'),
    ),
  ),
  set('subStart', get('next')),
  set('next', i32.add(get('next'), i32.shiftLeft(i32.of(1), get('subBits')))),
  memory.store32(
    entryAt(get('prefix')),
    i32.or(
      i32.or(i32.shiftLeft(get('subStart'), i32.of(entry.meaning)), i32.of(entry.special | entry.subtable)),
      i32.or(i32.shiftLeft(get('subBits'), i32.of(8)), get('bits')),
    ),
  ),
];

/** Writes `value` at every place of its table that begins with the code: `place`, then every `step` below `end`. */
const write = loop(
  'writing',
  memory.store32(entryAt(get('place')), get('value')),
  branchIf('writing', i32.less(tee('place', i32.add(get('place'), get('step'))), get('end'))),
);

/** The value of the symbol for a code of so many bits of its table. */
const valueFor = (bits: Code) =>
  i32.add(
    memory.load32(i32.add(get('template'), i32.shiftLeft(half(layout.sorted, get('index')), i32.of(2)))),
    i32.multiply(bits, i32.of(0x101)),
  );

const enter = [
  block(
    'entered',
    when(
      i32.atMost(get('length'), get('bits')),
      set('value', valueFor(get('length'))),
      set('place', get('code')),
      set('step', i32.shiftLeft(i32.of(1), get('length'))),
      set('end', size),
      write,
      branch('entered'),
    ),
    when(
      i32.xor(tee('at', i32.and(get('code'), i32.subtract(size, i32.of(1)))), get('prefix')),
      set('prefix', get('at')),
      openSubtable,
    ),
    set('value', valueFor(i32.subtract(get('length'), get('bits')))),
    set('place', i32.add(get('subStart'), i32.shiftRight(get('code'), get('bits')))),
    set('step', i32.shiftLeft(i32.of(1), i32.subtract(get('length'), get('bits')))),
    set('end', i32.add(get('subStart'), i32.shiftLeft(i32.of(1), get('subBits')))),
    write,
  ),
];

/** Codes are counted up from their highest bit, which comes first in the stream and so stands lowest here. */
const nextCode = [
  set('at', i32.xor(get('code'), i32.subtract(i32.shiftLeft(i32.of(1), get('length')), i32.of(1)))),
  // all ones: it was the last
  branchIf('all', i32.isZero(get('at'))),
  set('at', i32.shiftLeft(i32.of(1), i32.subtract(i32.of(31), i32.leadingZeros(get('at'))))),
  set('code', i32.or(i32.and(get('code'), i32.subtract(get('at'), i32.of(1))), get('at'))),
];

const fill = [
  set('next', size),
  set('prefix', i32.of(-1)),
  set('length', i32.of(1)),
  block(
    'all',
    branchIf('all', i32.isZero(get('most'))),
    loop(
      'each length',
      set('ofLength', half(layout.counts, get('length'))),
      block(
        'none left',
        loop(
          'each code',
          branchIf('none left', i32.isZero(get('ofLength'))),
          enter,
          increment('index'),
          increment('ofLength', -1),
          nextCode,
          branch('each code'),
        ),
      ),
      increment('length'),
      branchIf('each length', i32.atMost(get('length'), get('most'))),
    ),
  ),
];

/** Builds the table of a code from the lengths of its symbols' codes (RFC 1951, 3.2.2): 0, or 1 when they make no code. */
export const build: WasmFunction = {
  name: 'build',
  parameters: ['lengths', 'symbols', 'template', 'table', 'bits', 'maySingle'],
  locals: Object.fromEntries(
    [
      ...['symbol', 'length', 'most', 'left', 'at', 'index', 'code', 'ofLength', 'prefix', 'next', 'held'],
      ...['subBits', 'subStart', 'value', 'place', 'step', 'end'],
    ].map((name) => [name, 'i32' as const]),
  ),
  body: [count, check, sort, fill, i32.of(0)],
};
