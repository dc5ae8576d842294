import { byteCosts } from './byte-costs.ts';
import type { Piece } from './pieces.ts';
import { windowAt, windowBytes } from './window.ts';

/** A window and two bytes beside it. */
export const gramBytes = 6;

/** Odd, and unlike the factor of the windows' hash, or the same windows would collide again. */
export const gramFactor = 0x85ebca6b | 0;
export const gramMix = 0xc2b2ae35 | 0;
/** Where in a hash its second bit is taken from: below the bits that choose the word and the first. */
export const secondBit = 4;

/**
 * Which six bytes stand around the windows of the needles: two bits of one word a hash.
 *
 * Asked only for windows that passed the first filter, it leaves so few of them that comparing in JavaScript costs nothing. A
 * window's gram starts at the window, or one or two bytes before it, whichever of them lies in its unbroken run.
 */
export class Grams {
  readonly bits: number;
  readonly filter: Int32Array;

  constructor(windows: number) {
    this.bits = Math.min(Math.max(Math.ceil(Math.log2(Math.max(1, windows) * 32)), 13), 22);
    this.filter = new Int32Array(1 << (this.bits - 5));
  }

  /** Adds what may stand around a window; any bytes may where that is nothing. */
  add(grams: readonly number[]): void {
    if (grams.length === 0) this.filter.fill(-1);
    for (const gram of grams) this.#set(gram);
  }

  /**
   * Whether a window that stands at `at` may be one of a needle.
   *
   * Every loop must answer the same here, as `verify.ts` asks again whether a window has been told. So bytes before and
   * behind the work are zeros for all of them.
   */
  has(bytes: Uint8Array, at: number): boolean {
    return this.#get(gramHash(bytes, at)) || this.#get(gramHash(bytes, at - 2)) || this.#get(gramHash(bytes, at - 1));
  }

  #get(hash: number): boolean {
    const word = this.filter[hash >>> (37 - this.bits)] as number;
    // A shift counts modulo 32, so the hash itself selects its bits of the word.
    return ((word >>> (hash >>> (32 - this.bits))) & (word >>> (hash >>> secondBit)) & 1) !== 0;
  }

  #set(hash: number): void {
    const index = hash >>> (37 - this.bits);
    const bits = (1 << (hash >>> (32 - this.bits))) | (1 << (hash >>> secondBit));
    this.filter[index] = (this.filter[index] as number) | bits;
  }
}

/**
 * The hashes of the six bytes that may stand around the window at `offset` of a piece: two, of which one does, the same one
 * twice, or none where a needle is too short for them.
 */
export function gramsOf({ bytes, run }: Piece, offset: number): [] | [number, number] {
  const behind = offset + gramBytes <= bytes.length ? gramHash(bytes, offset) : undefined;
  const before = offset >= 2 ? gramHash(bytes, offset - 2) : undefined;
  if (behind !== undefined && before !== undefined) {
    // the window may stand at either end of a run that is shorter than the piece, which then has room on the other side
    if (run < bytes.length) return [behind, before];
    const rarer = pairCost(bytes, offset - 2) < pairCost(bytes, offset + windowBytes) ? before : behind;
    return [rarer, rarer];
  }
  const only = behind ?? before ?? (run >= gramBytes ? gramHash(bytes, offset - 1) : undefined);
  return only === undefined ? [] : [only, only];
}

function pairCost(bytes: Uint8Array, at: number): number {
  return (byteCosts[bytes[at] as number] as number) * (byteCosts[bytes[at + 1] as number] as number);
}

/** Of the six bytes from `at`, by two windows that overlap. Bytes outside count as zeros. */
export function gramHash(bytes: Uint8Array, at: number): number {
  const mixed = windowAt(bytes, at) ^ Math.imul(windowAt(bytes, at + gramBytes - windowBytes), gramMix);
  return Math.imul(mixed, gramFactor);
}
