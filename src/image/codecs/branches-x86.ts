import type { DecodeBranches } from './branch-filter.ts';

const instructionBytes = 5;
const call = 0xe8;
const jump = 0xe9;
/** Behind how many of the last bytes a call may have begun, by what is remembered of them. */
const bitOfMask: readonly number[] = [0, 1, 2, 2, 3];

/**
 * Calls and jumps of x86 (`xz --x86`), of a program that begins at `start`. Whether something is one depends on what stood before
 * it, so each program has its own.
 *
 * Format: The .xz File Format 1.2.1, 5.3.2, which leaves the rules to x86.c of the XZ Utils.
 */
export function x86(start: number): DecodeBranches {
  const branches = new X86Branches(start);
  return (bytes, position) => branches.decode(bytes, position);
}

class X86Branches {
  #mask = 0;
  #last: number;

  constructor(start: number) {
    this.#last = (start - instructionBytes) >>> 0;
  }

  decode(bytes: Buffer, position: number): number {
    if (bytes.length < instructionBytes) return 0;
    if ((position - this.#last) >>> 0 > instructionBytes) this.#last = (position - instructionBytes) >>> 0;
    let at = 0;
    while (at <= bytes.length - instructionBytes) {
      if (bytes[at] !== call && bytes[at] !== jump) at += 1;
      else at += this.#convert(bytes, at, (position + at) >>> 0);
    }
    return at;
  }

  /** Of an instruction that may begin at `at`, `here` in the program; gives back how many bytes are done. */
  #convert(bytes: Buffer, at: number, here: number): number {
    const distance = (here - this.#last) >>> 0;
    this.#last = here;
    if (distance > instructionBytes) this.#mask = 0;
    else for (let byte = 0; byte < distance; byte += 1) this.#mask = (this.#mask & 0x77) << 1;
    const isTarget = isHighByte(bytes[at + 4]!);
    const before = this.#mask >>> 1;
    if (!isTarget || before > 4 || before === 3) {
      this.#mask |= isTarget ? 0x11 : 1;
      return 1;
    }
    const target = this.#relative(bytes.readUInt32LE(at + 1), here + instructionBytes);
    // the highest byte is that of a number with a sign, of 25 bits
    bytes.writeUInt32LE(((target & 0x01ffffff) | ((target & 0x01000000) === 0 ? 0 : 0xff000000)) >>> 0, at + 1);
    this.#mask = 0;
    return instructionBytes;
  }

  #relative(absolute: number, behind: number): number {
    let source = absolute;
    for (;;) {
      const target = (source - behind) >>> 0;
      if (this.#mask === 0) return target;
      const bits = 8 * (bitOfMask[this.#mask >>> 1] ?? 0);
      if (!isHighByte((target >>> (24 - bits)) & 0xff)) return target;
      source = (target ^ (bits === 0 ? 0xffffffff : 2 ** (32 - bits) - 1)) >>> 0;
    }
  }
}

function isHighByte(byte: number): boolean {
  return byte === 0 || byte === 0xff;
}
