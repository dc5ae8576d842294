import { ascii, section, sized, unsigned, vector } from '../wasm-bytes.ts';

/** WebAssembly code: bytes, the name of a local, a branch to a label, a call, a block, or a list of these in order. */
export type Code =
  | number
  | readonly Code[]
  | { kind: 'local'; op: number; name: string }
  | { kind: 'branch'; op: number; label: string }
  | { kind: 'call'; name: string }
  | { kind: 'block'; op: number; label: string | undefined; body: Code };

export type ValueType = 'i32' | 'i64' | 'v128';

/** A function whose parameters and result are i32s; it is exported by its name. */
export interface WasmFunction {
  name: string;
  parameters: readonly string[];
  locals: Readonly<Record<string, ValueType>>;
  body: Code;
}

const typeBytes: Record<ValueType, number> = { i32: 0x7f, i64: 0x7e, v128: 0x7b };
const noResult = 0x40;
const end = 0x0b;

/**
 * A module of these functions, over a memory of `pages` × 64 KiB that it exports as `memory`.
 *
 * Throws on a local, label or function that is not there. Source: WebAssembly Core Specification 2.0, §5.
 */
export function assemble(functions: readonly WasmFunction[], pages: number): Uint8Array {
  const names = functions.map(({ name }) => name);
  const types = functions.map(({ parameters }) => [0x60, ...vector(parameters.map(() => [typeBytes.i32])), 1, 0x7f]);
  const exports = functions.map(({ name }, index) => [...sized(ascii(name)), 0, ...unsigned(index)]);
  return Uint8Array.from([
    ...[0, ...ascii('asm'), 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(3, vector(names.map((_, index) => unsigned(index)))),
    ...section(5, vector([[1, ...unsigned(pages), ...unsigned(pages)]])),
    ...section(7, vector([[...sized(ascii('memory')), 2, 0], ...exports])),
    ...section(10, vector(functions.map((one) => sized(bytesOf(one, names))))),
  ]);
}

function bytesOf({ parameters, locals, body }: WasmFunction, functions: readonly string[]): number[] {
  const declared = vector(Object.values(locals).map((type) => [1, typeBytes[type]]));
  const known = { locals: [...parameters, ...Object.keys(locals)], functions };
  return [...declared, ...flat(body, known, []), end];
}

interface Known {
  locals: readonly string[];
  functions: readonly string[];
}

/** `labels` of the blocks around the code, outermost first. */
function flat(code: Code, known: Known, labels: readonly (string | undefined)[]): number[] {
  if (typeof code === 'number') return [code];
  if (!('kind' in code)) return code.flatMap((part) => flat(part, known, labels));
  switch (code.kind) {
    case 'local':
      return [code.op, ...unsigned(indexOf(known.locals, code.name))];
    case 'call':
      return [0x10, ...unsigned(indexOf(known.functions, code.name))];
    case 'branch':
      return [code.op, ...unsigned(labels.length - 1 - indexOf(labels, code.label))];
    case 'block':
      return [code.op, noResult, ...flat(code.body, known, [...labels, code.label]), end];
  }
}

/** The innermost of several labels of one name. */
function indexOf(names: readonly (string | undefined)[], name: string): number {
  const index = names.lastIndexOf(name);
  if (index < 0) throw new Error(`nothing is called ${name} here`);
  return index;
}
