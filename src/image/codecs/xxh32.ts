const prime1 = 0x9e3779b1;
const prime2 = 0x85ebca77;
const prime3 = 0xc2b2ae3d;
const prime4 = 0x27d4eb2f;
const prime5 = 0x165667b1;
const stripe = 16;
const { imul } = Math;

/** xxHash of 32 bits with seed 0, as LZ4 frames check themselves. Format: xxhash_spec.md of xxHash, 0.1.1, XXH32. */
export class Xxh32 {
  readonly #lanes = Int32Array.of(prime1 + prime2, prime2, 0, -prime1);
  readonly #pending = new Uint8Array(stripe);
  #filled = 0;
  #length = 0;

  update(bytes: Uint8Array): this {
    this.#length += bytes.length;
    let at = 0;
    if (this.#filled > 0) {
      at = Math.min(stripe - this.#filled, bytes.length);
      this.#pending.set(bytes.subarray(0, at), this.#filled);
      this.#filled += at;
      if (this.#filled < stripe) return this;
      this.#stripes(this.#pending, 0);
    }
    at = this.#stripes(bytes, at);
    this.#pending.set(bytes.subarray(at));
    this.#filled = bytes.length - at;
    return this;
  }

  digest(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#lanes;
    let hash = this.#length < stripe ? prime5 : rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18);
    hash = (hash + this.#length) | 0;
    let at = 0;
    for (; at + 4 <= this.#filled; at += 4)
      hash = imul(rotate((hash + imul(word(this.#pending, at), prime3)) | 0, 17), prime4);
    for (; at < this.#filled; at++) hash = imul(rotate((hash + imul(this.#pending[at]!, prime5)) | 0, 11), prime1);
    hash = imul(hash ^ (hash >>> 15), prime2);
    hash = imul(hash ^ (hash >>> 13), prime3);
    return (hash ^ (hash >>> 16)) >>> 0;
  }

  /** Gives back where the rest, which is no whole stripe, begins. */
  #stripes(bytes: Uint8Array, from: number): number {
    let [a = 0, b = 0, c = 0, d = 0] = this.#lanes;
    let at = from;
    for (; at + stripe <= bytes.length; at += stripe) {
      a = round(a, word(bytes, at));
      b = round(b, word(bytes, at + 4));
      c = round(c, word(bytes, at + 8));
      d = round(d, word(bytes, at + 12));
    }
    this.#lanes.set([a, b, c, d]);
    this.#filled = 0;
    return at;
  }
}

function round(lane: number, input: number): number {
  return imul(rotate((lane + imul(input, prime2)) | 0, 13), prime1);
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
