import type { DecodeBranches } from './branch-filter.ts';

/*
 * Calls of programs, of which `xz --arm` and the like made the targets absolute so that equal ones compress better. What is a
 * call is told by its bits alone, so other data is changed too, and back here.
 *
 * Format: The .xz File Format 1.2.1, 5.3.2, which leaves the rules to the XZ Utils (src/liblzma/simple).
 */

/** Of instructions of four bytes. */
function everyFour(change: (bytes: Buffer, at: number, position: number) => void): DecodeBranches {
  return (bytes, position) => {
    const end = bytes.length - (bytes.length % 4);
    for (let at = 0; at < end; at += 4) change(bytes, at, position + at);
    return end;
  };
}

/** `bl` with an offset of 26 bits. */
export const powerPc: DecodeBranches = everyFour((bytes, at, position) => {
  if (bytes[at]! >> 2 !== 0x12 || (bytes[at + 3]! & 3) !== 1) return;
  const target = bytes.readUInt32BE(at) & 0x03fffffc;
  bytes.writeUInt32BE((0x48000001 | ((target - position) & 0x03fffffc)) >>> 0, at);
});

/** `bl` of any condition that holds always; counted from two instructions further on. */
export const arm: DecodeBranches = everyFour((bytes, at, position) => {
  if (bytes[at + 3] !== 0xeb) return;
  bytes.writeUIntLE(((bytes.readUIntLE(at, 3) * 4 - position - 8) >>> 2) & 0xffffff, at, 3);
});

/** `call`, only with an offset of 22 bits and a sign. */
export const sparc: DecodeBranches = everyFour((bytes, at, position) => {
  const top = bytes.readUInt16BE(at) >> 6;
  if (top !== 0x100 && top !== 0x1ff) return;
  const target = ((bytes.readUInt32BE(at) << 2) - position) >>> 2;
  const sign = (target & 0x400000) === 0 ? 0 : 0x3fc00000;
  bytes.writeUInt32BE((0x40000000 | sign | (target & 0x3fffff)) >>> 0, at);
});

/** `bl`, and `adrp` of pages within 512 MiB. */
export const arm64: DecodeBranches = everyFour((bytes, at, position) => {
  const instruction = bytes.readUInt32LE(at);
  if (instruction >>> 26 === 0x25) {
    const target = (instruction - (position >>> 2)) & 0x03ffffff;
    bytes.writeUInt32LE((0x94000000 | target) >>> 0, at);
  } else if ((instruction & 0x9f000000) >>> 0 === 0x90000000) {
    const source = ((instruction >>> 29) & 3) | ((instruction >>> 3) & 0x001ffffc);
    if (((source + 0x00020000) & 0x001c0000) !== 0) return;
    const target = source - (position >>> 12);
    const sign = (target & 0x00020000) === 0 ? 0 : 0x00e00000;
    const bits = ((target & 3) << 29) | ((target & 0x0003fffc) << 3) | sign;
    bytes.writeUInt32LE(((instruction & 0x9000001f) | bits) >>> 0, at);
  }
});

/** The two halves of `bl`; counted from the instruction behind them. */
export const armThumb: DecodeBranches = (bytes, position) => {
  let at = 0;
  for (; at + 4 <= bytes.length; at += 2) {
    const [high, low] = [bytes.readUInt16LE(at), bytes.readUInt16LE(at + 2)];
    if (high >> 11 !== 0x1e || low >> 11 !== 0x1f) continue;
    const target = ((((high & 0x7ff) << 11) | (low & 0x7ff)) * 2 - (position + at + 4)) >>> 1;
    bytes.writeUInt16LE(0xf000 | ((target >>> 11) & 0x7ff), at);
    bytes.writeUInt16LE(0xf800 | (target & 0x7ff), at + 2);
    at += 2;
  }
  return at;
};

/** Which of a bundle's three slots may be a branch, a bit each, by the bundle's template. */
const branchSlots: readonly number[] = [...new Array(16).fill(0), 4, 4, 6, 6, 0, 0, 7, 7, 4, 4, 0, 0, 4, 4, 0, 0];
const slotBits = 41;

/** `br.call` and other branches by an offset; bundles of 16 bytes, of three instructions each. */
export const ia64: DecodeBranches = (bytes, position) => {
  const end = bytes.length - (bytes.length % 16);
  for (let at = 0; at < end; at += 16)
    for (let slot = 0; slot < 3; slot++)
      if (((branchSlots[bytes[at]! & 0x1f]! >> slot) & 1) === 1) decodeSlot(bytes, at, slot, position + at);
  return end;
};

function decodeSlot(bytes: Buffer, bundle: number, slot: number, position: number): void {
  const bit = 5 + slotBits * slot;
  const at = bundle + (bit >> 3);
  const shift = BigInt(bit & 7);
  const word = BigInt(bytes.readUIntLE(at, 6));
  const instruction = word >> shift;
  if (((instruction >> 37n) & 0xfn) !== 5n || ((instruction >> 9n) & 7n) !== 0n) return;
  const source = Number((instruction >> 13n) & 0xfffffn) + (((instruction >> 36n) & 1n) === 0n ? 0 : 0x100000);
  const target = BigInt((source * 16 - position) >>> 4);
  const bits = ((target & 0xfffffn) << 13n) | ((target & 0x100000n) << 16n);
  const changed = (instruction & ~(0x8fffffn << 13n)) | bits;
  bytes.writeUIntLE(Number((word & ((1n << shift) - 1n)) | (changed << shift)), at, 6);
}
