import type { Code } from '../../../wasm/assemble.ts';
import { block, branch, branchIf, get, i32, i64, loop, memory, set } from '../../../wasm/instructions.ts';
import { state } from './layout.ts';

/** The reader of bits that the functions share: their locals `input`, `inputEnd`, `bits` (i64) and `bitCount`. */
export const bitLocals = { input: 'i32', inputEnd: 'i32', bits: 'i64', bitCount: 'i32' } as const;

const nowhere = i32.of(0);

export const loadBits: Code = [
  set('input', memory.load32(nowhere, state.input)),
  set('inputEnd', memory.load32(nowhere, state.inputEnd)),
  set('bits', memory.load64(nowhere, state.bits)),
  set('bitCount', memory.load32(nowhere, state.bitCount)),
];

/** Gives whole bytes back to the input, and leaves zeros above the bits that are left. */
export const storeBits: Code = [
  set('input', i32.subtract(get('input'), i32.shiftRight(get('bitCount'), i32.of(3)))),
  set('bitCount', i32.and(get('bitCount'), i32.of(7))),
  set('bits', lowest(get('bits'), get('bitCount'))),
  memory.store32(nowhere, get('input'), state.input),
  memory.store64(nowhere, get('bits'), state.bits),
  memory.store32(nowhere, get('bitCount'), state.bitCount),
];

/** The lowest `count` bits of an i64. */
export function lowest(bits: Code, count: Code): Code {
  return i64.and(bits, i64.subtract(i64.shiftLeft(i64.of(1), i64.from(count)), i64.of(1)));
}

/** At least 56 bits, or all that there are; byte by byte, so that none behind the end is touched. */
export const refillCarefully: Code = block(
  'filled',
  loop(
    'fill',
    branchIf('filled', i32.greater(get('bitCount'), i32.of(55))),
    branchIf('filled', i32.atLeast(get('input'), get('inputEnd'))),
    set('bits', i64.or(get('bits'), i64.shiftLeft(i64.from(memory.loadByte(get('input'))), i64.from(get('bitCount'))))),
    set('input', i32.add(get('input'), i32.of(1))),
    set('bitCount', i32.add(get('bitCount'), i32.of(8))),
    branch('fill'),
  ),
);

/** The next `count` bits as an i32. */
export const peek = (count: number): Code => i32.and(i32.from(get('bits')), i32.of(2 ** count - 1));

/** Drops bits that are there. */
export const drop = (count: Code): Code => [
  set('bits', i64.shiftRight(get('bits'), i64.from(count))),
  set('bitCount', i32.subtract(get('bitCount'), count)),
];
