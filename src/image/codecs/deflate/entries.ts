import * as layout from './layout.ts';

/**
 * What the tables say of a symbol, as an i32: bits 0 to 7 are the bits to take, extra ones included; bits 8 to 12 are those of
 * the code alone; from bit 16 on stands what it means. Both counts are added when the table is built.
 */
export const entry = {
  /** A literal, in bits 16 to 23; as a sign, its test is one with zero. */
  literal: 1 << 31,
  /** No length or distance but one of the next three. */
  special: 1 << 15,
  /** A table at the index from bit 16 on, of so many bits as bits 8 to 12 say. */
  subtable: 1 << 14,
  /** The end of the block. With none of both: no symbol has this code. */
  endOfBlock: 1 << 13,
  meaning: 16,
};

/** Least length and extra bits of the symbols 257 to 285 (RFC 1951, 3.2.5). */
const lengthBases = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const lengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const distanceBases = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
];
const distanceExtra = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
/** In which a header has the lengths of the codes of lengths (RFC 1951, 3.2.7). */
const lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Writes what never changes into the decoder's memory. */
export function writeConstants(memory: ArrayBuffer): void {
  const put = (address: number, entries: readonly number[]): void => new Int32Array(memory, address).set(entries);
  const bytes = new Uint8Array(memory);
  const all = (count: number): number[] => [...Array(count).keys()];
  put(
    layout.templates.lengths,
    all(layout.symbols.lengths).map((symbol) => symbol << entry.meaning),
  );
  put(layout.templates.literals, all(layout.symbols.literals).map(literalOrLength));
  put(
    layout.templates.distances,
    all(layout.symbols.distances).map((symbol) => based(distanceBases[symbol], distanceExtra[symbol])),
  );
  bytes.set(lengthOrder, layout.lengthOrder);
  for (const size of all(16).slice(1)) {
    bytes.set(
      all(16).map((at) => at % size),
      layout.patterns + 16 * size,
    );
    bytes[layout.patternSteps + size] = 16 - (16 % size);
  }
}

function literalOrLength(symbol: number): number {
  if (symbol < 256) return entry.literal | (symbol << entry.meaning);
  if (symbol === 256) return entry.special | entry.endOfBlock;
  return based(lengthBases[symbol - 257], lengthExtra[symbol - 257]);
}

/** Symbols without a meaning have codes all the same: 286 and 287, and the distances 30 and 31. */
function based(base: number | undefined, extra: number | undefined): number {
  return base === undefined || extra === undefined ? entry.special : (base << entry.meaning) | extra;
}
