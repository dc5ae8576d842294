/** The longest code (RFC 1951, 3.2.1). */
const mostBits = 15;
const lengthSymbols = 286;
const orderOfLengths = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Deflated data that cannot be read. */
export class Inflate64Error extends Error {}

/** Bits of a stream, the least significant first; zeros behind the end. */
export interface Bits {
  peek(count: number): number;
  take(count: number): number;
}

/** A prefix code: by the next bits, a symbol times 16 plus the bits it takes; 0 for what is no code. */
export type Code = Uint16Array;

/** The code of symbols by their lengths in bits. Throws on more codes than there is room for (RFC 1951, 3.2.2). */
export function codeOf(lengths: readonly number[]): Code {
  const code = new Uint16Array(1 << mostBits);
  let next = 0;
  for (let bits = 1; bits <= mostBits; bits++) {
    for (const [symbol, length] of lengths.entries()) {
      if (length !== bits) continue;
      if (next >= 1 << bits) throw new Inflate64Error();
      for (let at = reversed(next, bits); at < code.length; at += 1 << bits) code[at] = symbol * 16 + bits;
      next += 1;
    }
    next <<= 1;
  }
  return code;
}

/** The next symbol. Throws on bits that are no code. */
export function symbolOf(code: Code, bits: Bits): number {
  const entry = code[bits.peek(mostBits)]!;
  if (entry === 0) throw new Inflate64Error();
  bits.take(entry & 15);
  return entry >> 4;
}

export interface Codes {
  lengths: Code;
  distances: Code;
}

let fixed: Codes | undefined;

/** 3.2.6. Made when they are needed, which is in hardly any image. */
export function fixedCodes(): Codes {
  fixed ??= {
    lengths: codeOf(
      Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8)),
    ),
    distances: codeOf(new Array<number>(32).fill(5)),
  };
  return fixed;
}

/** Reads the codes of a block (3.2.7); deflate64 has two more distances. Throws on what they cannot be. */
export function readCodes(bits: Bits): Codes {
  const [lengths, distances, count] = [bits.take(5) + 257, bits.take(5) + 1, bits.take(4) + 4];
  if (lengths > lengthSymbols) throw new Inflate64Error();
  const ofLengths = new Array<number>(19).fill(0);
  for (const symbol of orderOfLengths.slice(0, count)) ofLengths[symbol] = bits.take(3);
  const code = codeOf(ofLengths);
  const all: number[] = [];
  while (all.length < lengths + distances) {
    const symbol = symbolOf(code, bits);
    if (symbol < 16) all.push(symbol);
    else if (symbol === 16) repeat(all, all.at(-1), 3 + bits.take(2));
    else repeat(all, 0, symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7));
  }
  if (all.length > lengths + distances) throw new Inflate64Error();
  return { lengths: codeOf(all.slice(0, lengths)), distances: codeOf(all.slice(lengths)) };
}

function repeat(all: number[], length: number | undefined, times: number): void {
  if (length === undefined) throw new Inflate64Error();
  for (let time = 0; time < times; time++) all.push(length);
}

function reversed(bits: number, count: number): number {
  let value = 0;
  for (let bit = 0; bit < count; bit++) value = value * 2 + ((bits >> bit) & 1);
  return value;
}
