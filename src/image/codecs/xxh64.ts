import { U64 } from './u64.ts';

const prime1 = new U64(0x9e3779b185ebca87n);
const prime2 = new U64(0xc2b2ae3d27d4eb4fn);
const prime3 = new U64(0x165667b19e3779f9n);
const prime4 = new U64(0x85ebca77c2b2ae63n);
const prime5 = new U64(0x27d4eb2f165667c5n);
const stripe = 32;

/** xxHash of 64 bits with seed 0, as zstd frames check themselves. Format: xxhash_spec.md of xxHash, 0.1.1, XXH64. */
export class Xxh64 {
  readonly #lanes = [
    new U64(0x60ea27eeadc0b5d6n),
    new U64(0xc2b2ae3d27d4eb4fn),
    new U64(0n),
    new U64(0x61c8864e7a143579n),
  ] as const;
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

  /** The lower 32 bits, which are what zstd keeps (RFC 8878, 3.1.1). */
  lowDigest(): number {
    const hash = this.#converged();
    const input = new U64();
    hash.add(input.set(this.#length % 2 ** 32, Math.floor(this.#length / 2 ** 32)));
    let at = 0;
    for (; at + 8 <= this.#filled; at += 8) {
      input.set(word(this.#pending, at), word(this.#pending, at + 4));
      hash.xor(round(new U64(), input)).rotate(27).multiply(prime1).add(prime4);
    }
    if (at + 4 <= this.#filled) {
      hash
        .xor(input.set(word(this.#pending, at), 0).multiply(prime1))
        .rotate(23)
        .multiply(prime2)
        .add(prime3);
      at += 4;
    }
    for (; at < this.#filled; at++)
      hash.xor(input.set(this.#pending[at]!, 0).multiply(prime5)).rotate(11).multiply(prime1);
    return hash.mixDown(33).multiply(prime2).mixDown(29).multiply(prime3).mixDown(32).low >>> 0;
  }

  #converged(): U64 {
    const hash = new U64();
    if (this.#length < stripe) return hash.add(prime5);
    this.#lanes.forEach((lane, index) => {
      hash.add(copyOf(lane).rotate([1, 7, 12, 18][index]!));
    });
    for (const lane of this.#lanes)
      hash
        .xor(round(new U64(), copyOf(lane)))
        .multiply(prime1)
        .add(prime4);
    return hash;
  }

  /** Gives back where the rest, which is no whole stripe, begins. */
  #stripes(bytes: Uint8Array, from: number): number {
    const [a, b, c, d] = this.#lanes;
    const input = new U64();
    let at = from;
    for (; at + stripe <= bytes.length; at += stripe) {
      round(a, input.set(word(bytes, at), word(bytes, at + 4)));
      round(b, input.set(word(bytes, at + 8), word(bytes, at + 12)));
      round(c, input.set(word(bytes, at + 16), word(bytes, at + 20)));
      round(d, input.set(word(bytes, at + 24), word(bytes, at + 28)));
    }
    this.#filled = 0;
    return at;
  }
}

/** Changes both. */
function round(lane: U64, input: U64): U64 {
  return lane.add(input.multiply(prime2)).rotate(31).multiply(prime1);
}

function copyOf({ low, high }: U64): U64 {
  return new U64().set(low, high);
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
