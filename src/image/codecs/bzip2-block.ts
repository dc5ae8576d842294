import type { BitReader } from './bit-reader.ts';

const groupSymbols = 50;
const longestCode = 20;

/** The data is not what the format allows. */
export class Bzip2Error extends Error {}

/** A block before the last step, which undoes the first run-length coding. */
export interface Bzip2Block {
  /** Each byte, and in the upper bits where its successor is. */
  table: Uint32Array;
  length: number;
  /** Where to begin. */
  start: number;
}

/**
 * Decodes one block, behind its magic and checksum. Throws Bzip2Error when it is broken.
 *
 * Format: as in bzip2 1.0.8's decompress.c; written down in "BZIP2: Format Specification" (J. Tsai).
 */
export function readBlock(bits: BitReader, mostBytes: number): Bzip2Block {
  // randomised blocks were written by versions before 0.9.5 only
  if (bits.read(1) === 1) throw new Bzip2Error('randomised');
  const origin = bits.read(24);
  const symbols = readSymbols(bits);
  const groups = bits.read(3);
  const selectorCount = bits.read(15);
  if (groups < 2 || groups > 6 || selectorCount === 0 || symbols.length === 0) throw new Bzip2Error('tables');
  const selectors = readSelectors(bits, groups, selectorCount);
  const codes = Array.from({ length: groups }, () => readCode(bits, symbols.length + 2));
  const { bytes, length } = readBytes(bits, { symbols, selectors, codes, mostBytes });
  if (origin >= length) throw new Bzip2Error('origin');
  return inverse(bytes, length, origin);
}

/** The byte values in use, in order: a map of sixteen maps. */
function readSymbols(bits: BitReader): number[] {
  const used = bits.read(16);
  const symbols: number[] = [];
  for (let high = 0; high < 16; high++) {
    if (((used >> (15 - high)) & 1) === 0) continue;
    const row = bits.read(16);
    for (let low = 0; low < 16; low++) if (((row >> (15 - low)) & 1) === 1) symbols.push(high * 16 + low);
  }
  return symbols;
}

/** Which code each group of 50 symbols uses. */
function readSelectors(bits: BitReader, groups: number, count: number): Uint8Array {
  const selectors = new Uint8Array(count);
  const recent = Array.from({ length: groups }, (_, group) => group);
  for (let index = 0; index < count; index++) {
    let rank = 0;
    while (bits.read(1) === 1) if (++rank >= groups) throw new Bzip2Error('selector');
    const [group = 0] = recent.splice(rank, 1);
    recent.unshift(group);
    selectors[index] = group;
  }
  return selectors;
}

/** A canonical prefix code. */
interface Code {
  /** For each length the first code beyond it, aligned to 20 bits. */
  limits: Uint32Array;
  /** What to subtract from a code of that length to have its place in `symbols`. */
  bases: Int32Array;
  symbols: Uint16Array;
}

function readCode(bits: BitReader, size: number): Code {
  const lengths = new Uint8Array(size);
  let length = bits.read(5);
  for (let symbol = 0; symbol < size; symbol++) {
    for (;;) {
      if (length < 1 || length > longestCode) throw new Bzip2Error('length');
      if (bits.read(1) === 0) break;
      length += bits.read(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  return codeOf(lengths);
}

function codeOf(lengths: Uint8Array): Code {
  const code: Code = {
    limits: new Uint32Array(longestCode + 1),
    bases: new Int32Array(longestCode + 1),
    symbols: new Uint16Array(lengths.length),
  };
  let next = 0;
  let placed = 0;
  for (let length = 1; length <= longestCode; length++) {
    next *= 2;
    code.bases[length] = next - placed;
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue;
      code.symbols[placed++] = symbol;
      next += 1;
    }
    if (next > 2 ** length) throw new Bzip2Error('code');
    code.limits[length] = next * 2 ** (longestCode - length);
  }
  return code;
}

function readSymbol(bits: BitReader, { limits, bases, symbols }: Code): number {
  const ahead = bits.peek(longestCode);
  let length = 1;
  while (length <= longestCode && ahead >= limits[length]!) length += 1;
  if (length > longestCode) throw new Bzip2Error('code');
  bits.skip(length);
  const symbol = symbols[(ahead >>> (longestCode - length)) - bases[length]!];
  if (symbol === undefined) throw new Bzip2Error('code');
  return symbol;
}

interface Tables {
  symbols: readonly number[];
  selectors: Uint8Array;
  codes: readonly Code[];
  mostBytes: number;
}

/** Undoes the prefix codes, the runs of the most recent byte, and move-to-front. */
function readBytes(bits: BitReader, tables: Tables): { bytes: Uint8Array; length: number } {
  const { symbols, selectors, codes, mostBytes } = tables;
  const bytes = new Uint8Array(mostBytes);
  const recent = Uint8Array.from(symbols);
  const endSymbol = symbols.length + 1;
  let length = 0;
  let run = 0;
  let runUnit = 1;
  for (let group = 0; group < selectors.length; group++) {
    const code = codeFor(bits, codes, selectors[group]!);
    for (let index = 0; index < groupSymbols; index++) {
      const symbol = readSymbol(bits, code);
      if (symbol < 2) {
        run += runUnit << symbol;
        runUnit *= 2;
        if (run > mostBytes) throw new Bzip2Error('run');
        continue;
      }
      if (length + run + 1 > mostBytes + (symbol === endSymbol ? 1 : 0)) throw new Bzip2Error('too long');
      bytes.fill(recent[0]!, length, length + run);
      length += run;
      run = 0;
      runUnit = 1;
      if (symbol === endSymbol) return { bytes, length };
      bytes[length++] = toFront(recent, symbol - 1);
    }
  }
  throw new Bzip2Error('no end');
}

/** Of the next group. Throws where the input has ended: nothing is to be decoded of the zeros behind it. */
function codeFor(bits: BitReader, codes: readonly Code[], selector: number): Code {
  if (bits.overrun) throw new Bzip2Error('cut off');
  return codes[selector]!;
}

/** The byte of that rank, which is the most recent one from now on. */
function toFront(recent: Uint8Array, rank: number): number {
  const byte = recent[rank]!;
  // a loop, as most ranks are small and copyWithin costs more than the move
  for (let at = rank; at > 0; at--) recent[at] = recent[at - 1]!;
  recent[0] = byte;
  return byte;
}

/** Undoes the Burrows–Wheeler transform: links every byte to its successor. */
function inverse(bytes: Uint8Array, length: number, origin: number): Bzip2Block {
  const starts = new Uint32Array(256);
  for (let at = 0; at < length; at++) starts[bytes[at]!]! += 1;
  let sum = 0;
  for (let byte = 0; byte < 256; byte++) {
    const count = starts[byte]!;
    starts[byte] = sum;
    sum += count;
  }
  const table = new Uint32Array(length);
  for (let at = 0; at < length; at++) {
    const byte = bytes[at]!;
    table[at]! |= byte;
    const place = starts[byte]!++;
    table[place]! |= at << 8;
  }
  return { table, length, start: table[origin]! >>> 8 };
}
