const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Of base64's characters, in both alphabets (RFC 4648 §4, §5), which hold those of hex; 255 for others. */
export const sextets = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  const at = `${letters}+/`.indexOf(character);
  if (at >= 0) return at;
  return character === '-' ? 62 : character === '_' ? 63 : 255;
});

const numberBytes = 4;
/** A look reads so many numbers; up to three bytes of a word stand before the first whole number. */
const numbersALook = 3;

/** All four bytes of a number are between `+` and DEL: none is a blank, a quote or a bracket. */
const lowest = 0x55555555;
const highBits = 0x80808080 | 0;

/**
 * Where words of `shortest` characters of base64 or more stand in bytes, in order.
 *
 * Looks at twelve bytes at a time, in steps by which no such word is missed: longer words cost fewer looks.
 * What is shorter and ends where the bytes do is no word of theirs: `tailOf` tells where it begins.
 */
export class LongWords {
  readonly #bytes: Uint8Array;
  readonly #numbers: Int32Array;
  /** Of the bytes' first one in the memory of the numbers. */
  readonly #base: number;
  readonly #shortest: number;
  readonly #step: number;
  /** The next number to look at. */
  #at = 0;
  #done = 0;

  constructor(bytes: Uint8Array, shortest: number, from = 0) {
    this.#bytes = bytes;
    this.#numbers = numbersIn(bytes.buffer);
    this.#base = bytes.byteOffset;
    this.#shortest = shortest;
    this.#step = Math.floor((shortest + 1 - numberBytes) / numberBytes) - numbersALook;
    this.skipTo(from);
  }

  /** Goes on behind this offset. */
  skipTo(offset: number): void {
    this.#done = Math.max(this.#done, offset);
    this.#at = Math.max(this.#at, (this.#base + offset + 3) >> 2);
  }

  next(): { start: number; end: number } | undefined {
    for (let found = this.#find(); found >= 0; found = this.#find()) {
      const word = this.#wordAt(4 * found - this.#base);
      if (word !== undefined) return word;
    }
    const end = this.#bytes.length;
    const start = tailOf(this.#bytes, Math.min(this.#done, end));
    if (end - start < this.#shortest) return undefined;
    this.#done = end;
    return { start, end };
  }

  #find(): number {
    const numbers = this.#numbers;
    const end = ((this.#base + this.#bytes.length) >> 2) - numbersALook + 1;
    const step = this.#step;
    for (let at = this.#at; at < end; at += step) {
      const a = numbers[at]!;
      const b = numbers[at + 1]!;
      const c = numbers[at + 2]!;
      if (((a + lowest) & (b + lowest) & (c + lowest) & ~(a | b | c) & highBits) !== highBits) continue;
      this.#at = at + step;
      return at;
    }
    this.#at = Math.max(this.#at, end);
    return -1;
  }

  #isWord(from: number, to: number): boolean {
    for (let at = from; at < to; at++) if (!isWordAt(this.#bytes, at)) return false;
    return true;
  }

  #wordAt(at: number): { start: number; end: number } | undefined {
    const bytes = this.#bytes;
    // another look lies wholly within the word
    if (at < this.#done || !this.#isWord(at, at + numbersALook * numberBytes)) return undefined;
    let start = at;
    while (start > this.#done && isWordAt(bytes, start - 1)) start--;
    let end = at + numbersALook * numberBytes;
    while (isWordAt(bytes, end)) end++;
    this.skipTo(end);
    return end - start < this.#shortest ? undefined : { start, end };
  }
}

/** Of the memory that was looked at last: one array serves all files of a chunk. */
let newest = new Int32Array(0);

function numbersIn(memory: ArrayBufferLike): Int32Array {
  if (newest.buffer !== memory) newest = new Int32Array(memory as ArrayBuffer, 0, memory.byteLength >> 2);
  return newest;
}

/** Whether a character of a word stands there: of base64, or what escapes a slash, as PHP writes one in JSON. */
export function isWordAt(bytes: Uint8Array, at: number): boolean {
  return (sextets[bytes[at] ?? 0] ?? 255) !== 255 || (bytes[at] === 0x5c && bytes[at + 1] === 0x2f);
}

/** Where the word begins that ends with the bytes; not before `from`. */
export function tailOf(bytes: Uint8Array, from: number): number {
  let start = bytes.length;
  while (start > from && sextets[bytes[start - 1]!] !== 255) start--;
  return start;
}
