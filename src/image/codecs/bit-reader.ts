/** Reads bits of a buffer of less than 256 MiB, the most significant ones first. Zeros stand behind its end: `overrun` tells. */
export class BitReader {
  readonly #bytes: Uint8Array;
  /** The next bit. */
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** More was read than there is. */
  get overrun(): boolean {
    return this.#at > 8 * this.#bytes.length;
  }

  /** Bytes of which something was read. */
  get bytesRead(): number {
    return Math.ceil(this.#at / 8);
  }

  /** At most 24 bits, as a number. */
  read(count: number): number {
    const value = this.peek(count);
    this.#at += count;
    return value;
  }

  peek(count: number): number {
    const bytes = this.#bytes;
    const byte = this.#at >>> 3;
    const word =
      byte + 4 <= bytes.length
        ? (bytes[byte]! << 24) | (bytes[byte + 1]! << 16) | (bytes[byte + 2]! << 8) | bytes[byte + 3]!
        : this.#lastWord(byte);
    return (word << (this.#at & 7)) >>> (32 - count);
  }

  #lastWord(byte: number): number {
    const [a = 0, b = 0, c = 0] = this.#bytes.subarray(byte);
    return (a << 24) | (b << 16) | (c << 8);
  }

  skip(count: number): void {
    this.#at += count;
  }

  alignToByte(): void {
    this.#at = 8 * this.bytesRead;
  }

  /** Goes to that bit. */
  seek(bit: number): void {
    this.#at = bit;
  }

  get bit(): number {
    return this.#at;
  }
}
