/** What is wrong with an archive, or not read of it: it says so in words without any content. */
export class SevenZipError extends Error {
  /** Nothing is broken: it is counted under this kind instead. */
  readonly kind: string | undefined;

  constructor(kind?: string) {
    super('7z');
    this.kind = kind;
  }
}

/** Reads a header of 7z. Throws SevenZipError behind its end. Format: 7zFormat.txt of the LZMA SDK. */
export class HeaderBytes {
  at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.at;
  }

  byte(): number {
    return this.take(1)[0]!;
  }

  /** A view. */
  take(count: number): Buffer {
    if (count > this.left) throw new SevenZipError();
    this.at += count;
    return this.#bytes.subarray(this.at - count, this.at);
  }

  uint32(): number {
    return this.take(4).readUInt32LE(0);
  }

  /** The bits that are set from the top of the first byte on say how many bytes follow; the others are its highest. */
  number(): number {
    const first = this.byte();
    let value = 0;
    for (let index = 0, mask = 0x80; index < 8; index++, mask >>= 1) {
      if ((first & mask) === 0) return exact(value + (first & (mask - 1)) * 2 ** (8 * index));
      value += this.byte() * 2 ** (8 * index);
    }
    return exact(value);
  }

  /** A number of things, of each of which so many bits must follow at least; too many are not opened. */
  count(most: number, bitsOfEach = 8): number {
    const count = this.number();
    if (count * bitsOfEach > this.left * 8) throw new SevenZipError();
    if (count > most) throw new SevenZipError('7z with too many files');
    return count;
  }

  /** One bit each, the highest of a byte first. */
  bits(count: number): (index: number) => boolean {
    const bytes = this.take(Math.ceil(count / 8));
    return (index) => ((bytes[index >> 3]! >> (7 - (index & 7))) & 1) === 1;
  }

  /** The same, with a byte before it that says whether all are set and the bits left out. */
  optionalBits(count: number): (index: number) => boolean {
    return this.byte() === 0 ? this.bits(count) : () => true;
  }

  /** CRC-32 of `count` streams; -1 for those that have none. */
  digests(count: number): Float64Array {
    const defined = this.optionalBits(count);
    const digests = new Float64Array(count);
    for (let index = 0; index < count; index++) digests[index] = defined(index) ? this.uint32() : -1;
    return digests;
  }
}

/** No archive is as large as a number that cannot be told from the next one. */
function exact(value: number): number {
  if (value > Number.MAX_SAFE_INTEGER) throw new SevenZipError();
  return value;
}
