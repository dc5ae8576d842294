import { centralMagic, endMagic, localMagic, locatorMagic, wideEndMagic } from './zip-header.ts';

const endBytes = Buffer.from('PK\x05\x06', 'latin1');

/** A program that reads zips has these in it, too: what is found must be plausible. */
const behindZip: readonly number[] = [localMagic, endMagic, wideEndMagic, locatorMagic];
const inZip: readonly number[] = [...behindZip, centralMagic];

const nothing = new Uint8Array(0);

export function magicOf(bytes: Uint8Array): number {
  return (bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16) | (bytes[3]! << 24)) >>> 0;
}

/** Looks for the next header of a zip in bytes that come in any pieces. */
export class MagicFinder {
  /** The last four bytes: once one is found, its magic. */
  window = 0;

  /** Where the next magic ends in `bytes`; the first bytes may complete one that the last piece began. */
  find(bytes: Uint8Array, place: 'in' | 'behind'): number | undefined {
    const wanted = place === 'behind' ? behindZip : inZip;
    const edge = Math.min(3, bytes.length);
    for (let at = 0; at < edge; at++) {
      this.#shift(bytes[at]!);
      if (wanted.includes(this.window)) return at + 1;
    }
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const first = firstOf(view, wanted);
    for (const byte of view.subarray(Math.max(edge, (first ?? view.length) - 4), first)) this.#shift(byte);
    return first;
  }

  #shift(byte: number): void {
    this.window = ((this.window >>> 8) | (byte << 24)) >>> 0;
  }
}

function firstOf(bytes: Buffer, wanted: readonly number[]): number | undefined {
  for (let at = bytes.indexOf('PK'); at >= 0 && at + 4 <= bytes.length; at = bytes.indexOf('PK', at + 1))
    if (wanted.includes(bytes.readUInt32LE(at))) return at + 4;
  return undefined;
}

/** Sees whether the end of a directory stands in bytes that come in any pieces. */
export class EndWatch {
  seen = false;
  #edge: Uint8Array = nothing;

  reset(): void {
    this.seen = false;
    this.#edge = nothing;
  }

  push(bytes: Uint8Array): void {
    if (this.seen) return;
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.seen = view.includes(endBytes) || Buffer.concat([this.#edge, bytes.subarray(0, 3)]).includes(endBytes);
    this.#edge = Uint8Array.from((bytes.length < 3 ? Buffer.concat([this.#edge, bytes]) : bytes).subarray(-3));
  }
}
