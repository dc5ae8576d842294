import type { DecodeBranches } from './branch-filter.ts';

/** What both instructions of a pair take. */
const pairBytes = 8;
const jal = 0xef;
const auipc = 0x17;

/**
 * `jal`, and `auipc` with the instruction behind it, which were packed together. The packed form looks like an `auipc` for
 * `x2`; one that was in the program was packed the other way round.
 *
 * Format: as in riscv.c of the XZ Utils 5.6.
 */
export const riscV: DecodeBranches = (bytes, position) => {
  let at = 0;
  while (at + pairBytes <= bytes.length) {
    if (bytes[at] === jal) at += decodeJal(bytes, at, position + at);
    else if ((bytes[at]! & 0x7f) === auipc) at += decodePair(bytes, at, position + at);
    else at += 2;
  }
  return at;
};

/** Only with `x1` or `x5` for the way back. The bits of the address were put in order, the highest first. */
function decodeJal(bytes: Buffer, at: number, position: number): number {
  const [first, second, third] = [bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!];
  if ((first & 0x0d) !== 0) return 2;
  const target = (((first & 0xf0) << 13) | (second << 9) | (third << 1)) - position;
  bytes[at + 1] = (first & 0x0f) | ((target >> 8) & 0xf0);
  bytes[at + 2] = ((target >> 16) & 0x0f) | ((target >> 7) & 0x10) | ((target << 4) & 0xe0);
  bytes[at + 3] = ((target >> 4) & 0x7f) | ((target >> 13) & 0x80);
  return 4;
}

function decodePair(bytes: Buffer, at: number, position: number): number {
  const first = bytes.readUInt32LE(at);
  return (first & 0xe80) === 0 ? unpack(bytes, at, first, position) : pack(bytes, at, first);
}

/** Its register is neither `x0` nor `x2`. */
function pack(bytes: Buffer, at: number, first: number): number {
  const second = bytes.readUInt32LE(at + 4);
  // its register is the second one's source, and that is no instruction of two bytes
  if ((((first << 8) ^ (second - 3)) & 0xf8003) !== 0) return 6;
  bytes.writeUInt32LE((auipc | (2 << 7) | (second << 12)) >>> 0, at);
  bytes.writeUInt32LE(((first & 0xfffff000) + (second >>> 20)) >>> 0, at + 4);
  return pairBytes;
}

function unpack(bytes: Buffer, at: number, first: number, position: number): number {
  const source = first >>> 27;
  if (((first - 0x3117) << 18) >>> 0 >= (source & 0x1d)) return 4;
  const target = (bytes.readUInt32BE(at + 4) - position) >>> 0;
  bytes.writeUInt32LE((auipc | (source << 7) | ((target + 0x800) & 0xfffff000)) >>> 0, at);
  bytes.writeUInt32LE(((first >>> 12) | (target << 20)) >>> 0, at + 4);
  return pairBytes;
}
