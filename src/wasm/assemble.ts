import { ascii, section, sized, unsigned, vector } from './bytes.ts';

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
const callOp = 0x10;
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
  const bytes = vector(Object.values(locals).map((type) => [1, typeBytes[type]]));
  write(bytes, body, { locals: [...parameters, ...Object.keys(locals)], functions, labels: [] });
  bytes.push(end);
  return bytes;
}

interface Known {
  locals: readonly string[];
  functions: readonly string[];
  /** Of the blocks around the code, outermost first. */
  labels: (string | undefined)[];
}

/**
 * Appends to one array, and walks lists by index: this runs once, in the interpreter, and is some milliseconds of every start as
 * it is. Lists that are joined at each level took three times as long.
 */
function write(bytes: number[], code: Code, known: Known): void {
  if (typeof code === 'number') bytes.push(code);
  else if (!('kind' in code)) {
    for (let index = 0; index < code.length; index++) {
      const part = code[index]!;
      if (typeof part === 'number') bytes.push(part);
      else write(bytes, part, known);
    }
  } else if (code.kind === 'block') {
    bytes.push(code.op, noResult);
    known.labels.push(code.label);
    write(bytes, code.body, known);
    known.labels.pop();
    bytes.push(end);
  } else if (code.kind === 'local') writeIndex(bytes, code.op, indexOf(known.locals, code.name));
  else if (code.kind === 'call') writeIndex(bytes, callOp, indexOf(known.functions, code.name));
  else writeIndex(bytes, code.op, known.labels.length - 1 - indexOf(known.labels, code.label));
}

/** Throws where it takes more than one byte: no function here has so many locals, nor blocks within each other. */
function writeIndex(bytes: number[], op: number, index: number): void {
  if (index >= 0x80) throw new Error('more locals, functions or labels than one byte can number');
  bytes.push(op, index);
}

/** The innermost of several labels of one name. */
function indexOf(names: readonly (string | undefined)[], name: string): number {
  const index = names.lastIndexOf(name);
  if (index < 0) throw new Error(`nothing is called ${name} here`);
  return index;
}
