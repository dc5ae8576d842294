import { ascii, section, signed, sized, unsigned, vector } from '../../../wasm/bytes.ts';

/** The few instructions that the scan loop needs, as bytes. Source: WebAssembly Core Specification 1.0, §5.4. */
export const op = {
  block: [0x02, 0x40],
  loop: [0x03, 0x40],
  if: [0x04, 0x40],
  end: [0x0b],
  br: (depth: number) => [0x0c, depth],
  brIf: (depth: number) => [0x0d, depth],
  get: (local: number) => [0x20, local],
  set: (local: number) => [0x21, local],
  tee: (local: number) => [0x22, local],
  /** Four bytes from an address on the stack plus `offset`; no alignment is promised. */
  load: (offset: number) => [0x28, 0, ...unsigned(offset)],
  loadByte: (offset: number) => [0x2d, 0, ...unsigned(offset)],
  store: (offset: number) => [0x36, 0, ...unsigned(offset)],
  i32: (value: number) => [0x41, ...signed(value)],
  greaterOrEqual: [0x4e],
  greater: [0x4a],
  add: [0x6a],
  subtract: [0x6b],
  multiply: [0x6c],
  and: [0x71],
  or: [0x72],
  xor: [0x73],
  shiftLeft: [0x74],
  shiftRight: [0x76],
} as const;

const i32 = 0x7f;

/**
 * A module that exports `memory`, of `pages` × 64 KiB, and one function `run` from i32s to an i32.
 *
 * Locals are i32s, numbered behind the parameters.
 */
export function moduleOf(
  fn: { parameters: number; locals: number; body: readonly number[] },
  pages: number,
): Uint8Array {
  const type = [0x60, ...vector(Array.from({ length: fn.parameters }, () => [i32])), 1, i32];
  const code = [1, ...unsigned(fn.locals), i32, ...fn.body, ...op.end];
  return Uint8Array.from([
    ...[0, ...ascii('asm'), 1, 0, 0, 0],
    ...section(1, vector([type])),
    ...section(3, vector([[0]])),
    ...section(5, vector([[1, ...unsigned(pages), ...unsigned(pages)]])),
    ...section(7, vector([exported('memory', 2), exported('run', 0)])),
    ...section(10, vector([sized(code)])),
  ]);
}

function exported(name: string, kind: number): number[] {
  return [...sized(ascii(name)), kind, 0];
}
