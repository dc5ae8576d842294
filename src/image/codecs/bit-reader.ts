/** Reads bits of a buffer, the most significant ones first. Zeros stand behind its end: `overrun` tells. */
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
    const byte = Math.floor(this.#at / 8);
    const bytes = this.#bytes;
    const word =
      ((bytes[byte] ?? 0) << 24) |
      ((bytes[byte + 1] ?? 0) << 16) |
      ((bytes[byte + 2] ?? 0) << 8) |
      (bytes[byte + 3] ?? 0);
    return (word << (this.#at & 7)) >>> (32 - count);
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
