import type { Bits } from './inflate64-codes.ts';

/** Input that comes in pieces, read as bits. What is not read yet is kept. */
export class Inflate64Input implements Bits {
  #bytes: Uint8Array = new Uint8Array(0);
  /** The next bit. */
  #bit = 0;

  add(chunk: Uint8Array): void {
    const at = this.#bit >> 3;
    this.#bytes = Buffer.concat([this.#bytes.subarray(at), chunk]);
    this.#bit -= 8 * at;
  }

  /** Whole bytes that are left. */
  get left(): number {
    return this.#bytes.length - Math.ceil(this.#bit / 8);
  }

  /** More was read than there is. */
  get overrun(): boolean {
    return this.#bit > 8 * this.#bytes.length;
  }

  /** Up to 16 bits. */
  peek(count: number): number {
    const at = this.#bit >> 3;
    const bytes = this.#bytes;
    // a byte behind the end is undefined, and counts as zero here
    return ((bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16)) >> (this.#bit & 7)) & ((1 << count) - 1);
  }

  take(count: number): number {
    const value = this.peek(count);
    this.#bit += count;
    return value;
  }

  /** The rest of a byte means nothing. */
  align(): void {
    this.#bit = 8 * Math.ceil(this.#bit / 8);
  }

  /** The next bytes as they are, at most so many. */
  takeBytes(most: number): Uint8Array {
    const at = this.#bit >> 3;
    const bytes = this.#bytes.subarray(at, at + most);
    this.#bit += 8 * bytes.length;
    return bytes;
  }
}
