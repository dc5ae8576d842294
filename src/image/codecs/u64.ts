/** A number of 64 bits that is changed in place, all arithmetic modulo 2⁶⁴: BigInt makes an object for each step. */
export class U64 {
  /** Both halves, as signed or unsigned 32 bits: only their bits count. */
  low: number;
  high: number;

  constructor(value = 0n) {
    this.low = Number(value & 0xffff_ffffn);
    this.high = Number((value >> 32n) & 0xffff_ffffn);
  }

  set(low: number, high: number): this {
    this.low = low;
    this.high = high;
    return this;
  }

  add({ low, high }: U64): this {
    const sum = (this.low >>> 0) + (low >>> 0);
    this.high = (this.high + high + (sum > 0xffff_ffff ? 1 : 0)) | 0;
    this.low = sum | 0;
    return this;
  }

  multiply({ low, high }: U64): this {
    const upper = upperProduct(this.low, low);
    this.high = (upper + Math.imul(this.high, low) + Math.imul(this.low, high)) | 0;
    this.low = Math.imul(this.low, low);
    return this;
  }

  xor({ low, high }: U64): this {
    this.low ^= low;
    this.high ^= high;
    return this;
  }

  /** To the left, by 1 to 31 bits. */
  rotate(by: number): this {
    const { low, high } = this;
    this.low = (low << by) | (high >>> (32 - by));
    this.high = (high << by) | (low >>> (32 - by));
    return this;
  }

  /** `x ^= x >>> by`, by 1 to 63 bits. */
  mixDown(by: number): this {
    if (by < 32) this.low ^= (this.low >>> by) | (this.high << (32 - by));
    else this.low ^= this.high >>> (by - 32);
    if (by < 32) this.high ^= this.high >>> by;
    return this;
  }
}

/** Upper 32 bits of the product of two numbers of 32 bits, by their halves. */
function upperProduct(a: number, b: number): number {
  const [a0, a1, b0, b1] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16];
  const middle = a1 * b0 + ((Math.imul(a0, b0) >>> 0) >>> 16);
  const other = (middle & 0xffff) + a0 * b1;
  return a1 * b1 + (middle >>> 16) + (other >>> 16);
}
