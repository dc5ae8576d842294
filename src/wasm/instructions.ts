import type { Code } from './assemble.ts';
import { signed, unsigned } from './bytes.ts';

/** The instructions that the decoder needs, as expressions: operands first. Source: WebAssembly Core Specification 2.0, §5.4. */

type Unary = (value: Code) => Code;
type Binary = (left: Code, right: Code) => Code;

const unary =
  (op: number): Unary =>
  (value) => [value, op];
const binaryOf =
  (...op: number[]): Binary =>
  (left, right) => [left, right, op];
const binary = (op: number): Binary => binaryOf(op);

export const i32 = {
  of: (value: number): Code => [0x41, ...signed(value | 0)],
  isZero: unary(0x45),
  equal: binary(0x46),
  less: binary(0x49),
  lessSigned: binary(0x48),
  greater: binary(0x4b),
  greaterSigned: binary(0x4a),
  atMost: binary(0x4d),
  atLeast: binary(0x4f),
  leadingZeros: unary(0x67),
  trailingZeros: unary(0x68),
  add: binary(0x6a),
  subtract: binary(0x6b),
  multiply: binary(0x6c),
  and: binary(0x71),
  or: binary(0x72),
  xor: binary(0x73),
  shiftLeft: binary(0x74),
  shiftRight: binary(0x76),
  /** The lower half of an i64. */
  from: unary(0xa7),
};

export const i64 = {
  of: (value: number): Code => [0x42, ...signed(value)],
  add: binary(0x7c),
  subtract: binary(0x7d),
  and: binary(0x83),
  or: binary(0x84),
  /** Shifts count modulo 64. */
  shiftLeft: binary(0x86),
  shiftRight: binary(0x88),
  /** Of an i32 without sign. */
  from: unary(0xad),
};

/** `store` and `load` promise no alignment; `offset` is a constant beside the address. */
const load =
  (...op: number[]) =>
  (address: Code, offset = 0): Code => [address, ...op, 0, ...unsigned(offset)];
const store =
  (...op: number[]) =>
  (address: Code, value: Code, offset = 0): Code => [address, value, ...op, 0, ...unsigned(offset)];

export const memory = {
  loadByte: load(0x2d),
  load16: load(0x2f),
  load32: load(0x28),
  load64: load(0x29),
  load128: load(0xfd, 0x00),
  storeByte: store(0x3a),
  store16: store(0x3b),
  store32: store(0x36),
  store64: store(0x37),
  store128: store(0xfd, 0x0b),
  /** Length before value, as an expression without a result (§5.4.6). */
  fill: (address: Code, value: Code, length: Code): Code => [address, value, length, 0xfc, 11, 0],
};

export const v128 = {
  of: (bytes: Uint8Array): Code => [0xfd, 0x0c, ...bytes],
  /** Sixteen times the byte. */
  filled: (byte: number): Code => v128.of(new Uint8Array(16).fill(byte)),
  /** Bytes of `bytes` in the order of `places`, each below 16. */
  swizzle: (bytes: Code, places: Code): Code => [bytes, places, 0xfd, 0x0e],
  /** Byte by byte: all bits set where it holds. */
  equal: binaryOf(0xfd, 0x23),
  notEqual: binaryOf(0xfd, 0x24),
  and: binaryOf(0xfd, 0x4e),
  /** What is set in `left` and not in `right`. */
  andNot: binaryOf(0xfd, 0x4f),
  /** Byte by byte, by an i32. */
  shiftRight: binaryOf(0xfd, 0x6d),
  /** By two bytes at a time, by an i32: where the upper bits are masked anyway, half of the work. */
  shiftRight16: binaryOf(0xfd, 0x8d, 0x01),
  isAnySet: (value: Code): Code => [value, 0xfd, 0x53],
  /** The highest bit of each byte, that of the first one lowest. */
  bitmask: (value: Code): Code => [value, 0xfd, 0x64],
};

export const get = (name: string): Code => ({ kind: 'local', op: 0x20, name });
export const set = (name: string, value: Code): Code => [value, { kind: 'local', op: 0x21, name }];
/** Sets, and is the value. */
export const tee = (name: string, value: Code): Code => [value, { kind: 'local', op: 0x22, name }];
export const call = (name: string, ...values: Code[]): Code => [values, { kind: 'call', name }];

/** A branch to its label leaves it. */
export const block = (label: string, ...body: Code[]): Code => ({ kind: 'block', op: 0x02, label, body });
/** A branch to its label starts it again; else it is left at its end. */
export const loop = (label: string, ...body: Code[]): Code => ({ kind: 'block', op: 0x03, label, body });
export const when = (condition: Code, ...body: Code[]): Code => [
  condition,
  { kind: 'block', op: 0x04, label: undefined, body },
];
export const either = (condition: Code, yes: Code, no: Code): Code => when(condition, yes, 0x05, no);
export const branch = (label: string): Code => ({ kind: 'branch', op: 0x0c, label });
export const branchIf = (label: string, condition: Code): Code => [condition, { kind: 'branch', op: 0x0d, label }];
/** Leaves the function with a number. */
export const giveBack = (value: number): Code => [i32.of(value), 0x0f];
