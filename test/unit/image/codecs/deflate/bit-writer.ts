/** Writes bits, lowest first, as deflate has them. */
export class BitWriter {
  readonly #bytes: number[] = [];
  #bits = 0;
  #count = 0;

  put(value: number, count: number): this {
    for (let bit = 0; bit < count; bit++) {
      this.#bits |= ((value >>> bit) & 1) << this.#count++;
      if (this.#count < 8) continue;
      this.#bytes.push(this.#bits);
      this.#bits = 0;
      this.#count = 0;
    }
    return this;
  }

  bytes(): Buffer {
    return Buffer.from(this.#count === 0 ? this.#bytes : [...this.#bytes, this.#bits]);
  }
}

/** Codes of lengths come in this order (RFC 1951, 3.2.7). */
const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** The header of a last block, with a code of four bits for each of the lengths 0 to 15. */
export function dynamicHeader(literals: readonly number[], distances: readonly number[]): BitWriter {
  const writer = new BitWriter().put(1, 1).put(2, 2);
  writer
    .put(literals.length - 257, 5)
    .put(distances.length - 1, 5)
    .put(15, 4);
  for (const symbol of order) writer.put(symbol < 16 ? 4 : 0, 3);
  // the code of a length is the length, its highest bit first
  for (const length of [...literals, ...distances]) for (const bit of [3, 2, 1, 0]) writer.put((length >>> bit) & 1, 1);
  return writer;
}
