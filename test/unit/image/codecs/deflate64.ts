/** A literal, or a match that repeats what stands so far back. */
export type Deflate64Symbol = number | { length: number; distance: number };

/** One last block of Deflate64 with the fixed codes, symbol by symbol: no tool of Linux writes the format. */
export function deflate64Of(symbols: readonly Deflate64Symbol[]): Buffer {
  const bits: number[] = [1, 1, 0];
  const number = (value: number, count: number): void => {
    for (let bit = 0; bit < count; bit++) bits.push(Math.floor(value / 2 ** bit) & 1);
  };
  const code = (value: number, count: number): void => {
    for (let bit = count - 1; bit >= 0; bit--) bits.push((value >> bit) & 1);
  };
  const symbol = (value: number): void => {
    if (value < 144) code(0x30 + value, 8);
    else if (value < 256) code(0x190 + value - 144, 9);
    else if (value < 280) code(value - 256, 7);
    else code(0xc0 + value - 280, 8);
  };
  for (const one of symbols) {
    if (typeof one === 'number') {
      symbol(one);
      continue;
    }
    // the last length holds them all
    symbol(285);
    number(one.length - 3, 16);
    const distance = one.distance - 1;
    const log = distance < 4 ? 1 : Math.floor(Math.log2(distance));
    const extra = distance < 4 ? 0 : log - 1;
    code(distance < 4 ? distance : 2 * log + (Math.floor(distance / 2 ** extra) & 1), 5);
    number(distance % 2 ** extra, extra);
  }
  symbol(256);
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
  for (const [at, bit] of bits.entries()) bytes[at >> 3]! |= bit << (at & 7);
  return bytes;
}

/** What they stand for. */
export function expanded(symbols: readonly Deflate64Symbol[]): Buffer {
  const bytes: number[] = [];
  for (const one of symbols) {
    if (typeof one === 'number') bytes.push(one);
    else for (let index = 0; index < one.length; index++) bytes.push(bytes[bytes.length - one.distance]!);
  }
  return Buffer.from(bytes);
}
