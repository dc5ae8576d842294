import type { ReportDamage, Sink } from '../sink.ts';

const call = 0xe8;
const jump = 0xe9;
const probabilityBits = 11;
const moveBits = 5;
const smallestRange = 2 ** 24;
const startBytes = 5;

/** What was taken out of a program's bytes. */
export interface Bcj2Sides {
  /** Targets of calls, and of jumps: absolute, four bytes each, the highest first. */
  calls: Buffer;
  jumps: Buffer;
  /** Which of the instructions had theirs taken out: bits, coded by a range coder. */
  bits: Buffer;
}

/**
 * Undoes BCJ2, by which 7-Zip writes programs of x86: puts the targets of calls and jumps back into the other bytes.
 *
 * Format: as in Bcj2.c of the LZMA SDK, which is its only description.
 */
export class Bcj2Sink implements Sink {
  readonly #out: Sink;
  readonly #damaged: ReportDamage;
  readonly #sides: Bcj2Sides;
  #callAt = 0;
  #jumpAt = 0;
  #bitsAt = startBytes;
  #range = 0xffffffff;
  #code: number;
  /** One for each byte before a call, one for jumps, one for those with a condition. */
  readonly #probabilities = new Uint16Array(258).fill(1 << (probabilityBits - 1));
  #before = 0;
  /** Bytes that were put out, modulo 2^32. */
  #position = 0;
  #lost = false;

  constructor(out: Sink, damaged: ReportDamage, sides: Bcj2Sides) {
    this.#out = out;
    this.#damaged = damaged;
    this.#sides = sides;
    const { bits } = sides;
    this.#code = bits.length < startBytes ? 0 : bits.readUInt32BE(1);
    if (bits.length < startBytes || bits[0] !== 0) this.#fail();
  }

  get done(): boolean {
    return this.#lost || this.#out.done;
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (this.done) return;
    // each byte may be an instruction whose four bytes were taken out
    const output = Buffer.allocUnsafe(5 * chunk.length);
    let end = 0;
    for (const byte of chunk) {
      output[end++] = byte;
      this.#position = (this.#position + 1) >>> 0;
      const isBranch = (byte & 0xfe) === call || (this.#before === 0x0f && (byte & 0xf0) === 0x80);
      if (!isBranch || !this.#bit(byte)) {
        this.#before = byte;
        if (this.#lost) break;
        continue;
      }
      const target = this.#target(byte);
      if (target === undefined) break;
      this.#position = (this.#position + 4) >>> 0;
      end = output.writeUInt32LE((target - this.#position) >>> 0, end);
      this.#before = output[end - 1]!;
    }
    if (end > 0) await this.#out.push(output.subarray(0, end));
  }

  async end(): Promise<void> {
    await this.#out.end();
  }

  close(): void {
    this.#lost = true;
    this.#out.close();
  }

  #target(byte: number): number | undefined {
    const { calls, jumps } = this.#sides;
    const isCall = byte === call;
    const at = isCall ? this.#callAt : this.#jumpAt;
    const from = isCall ? calls : jumps;
    if (at + 4 > from.length) {
      this.#fail();
      return undefined;
    }
    if (isCall) this.#callAt += 4;
    else this.#jumpAt += 4;
    return from.readUInt32BE(at);
  }

  /** Whether the target of the instruction that `byte` ends was taken out. */
  #bit(byte: number): boolean {
    const index = byte === call ? this.#before : byte === jump ? 256 : 257;
    if (this.#range < smallestRange) {
      if (this.#bitsAt >= this.#sides.bits.length) {
        this.#fail();
        return false;
      }
      this.#range = (this.#range << 8) >>> 0;
      this.#code = ((this.#code << 8) | this.#sides.bits[this.#bitsAt++]!) >>> 0;
    }
    const probability = this.#probabilities[index]!;
    const bound = (this.#range >>> probabilityBits) * probability;
    if (this.#code < bound) {
      this.#range = bound;
      this.#probabilities[index] = probability + (((1 << probabilityBits) - probability) >> moveBits);
      return false;
    }
    this.#range -= bound;
    this.#code -= bound;
    this.#probabilities[index] = probability - (probability >> moveBits);
    return true;
  }

  #fail(): void {
    if (!this.#lost) this.#damaged('the BCJ2 data is broken', true);
    this.#lost = true;
  }
}
