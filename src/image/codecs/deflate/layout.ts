/** Where things stand in the decoder's memory, in bytes. Tables hold an i32 an entry. */

/** What the functions keep between two calls; between them fewer than eight bits of input are in `bits`. */
export const state = {
  /** Address of the next byte of input, and of the end of what is there. */
  input: 0,
  inputEnd: 4,
  /** Address of the next byte of output, and from where on there is no room for another symbol. */
  output: 8,
  outputFull: 12,
  /** Address of the oldest byte of output that a match may reach. */
  oldest: 16,
  /** How many bits of input are in `bits`. */
  bitCount: 20,
  /** The next bits of input, lowest first; zeros above. */
  bits: 24,
  /** Of a stored block: bytes that it still has. */
  stored: 32,
  /** Whether the block is the last one. */
  last: 36,
  byteCount: 40,
  /** Whether the tables hold the fixed codes: of tiny streams most have these. */
  fixed: 44,
};

/** Codes up to so many bits are looked up at once: litlen and distance tables that stay in the nearest cache. */
export const tableBits = { lengths: 7, literals: 10, distances: 8 };

/** Most entries that any complete code of so many symbols of up to 15 (7) bits needs: `enough 288 10 15`, `enough 32 8 15`. */
const mostEntries = { lengths: 128, literals: 1334 + 32, distances: 402 + 32 };

/** Of the alphabets: literals and lengths, distances, and the lengths of codes. Fixed codes have 288 and 32 symbols. */
export const symbols = { lengths: 19, literals: 288, distances: 32 };

const afterState = 64;
/** Number of codes of each length, and where the symbols of each length begin, when they are sorted; u16s. */
export const counts = afterState;
export const starts = counts + 32;
/** The symbols by length of code; u16s. */
export const sorted = starts + 32;
/** Lengths of codes as a block's header has them, a byte each, with room for a repetition too long. */
export const codeLengths = sorted + 2 * symbols.literals;
/** Lengths of the codes of lengths. */
export const lengthLengths = codeLengths + symbols.literals + symbols.distances + 144;
/** In which order these come. */
export const lengthOrder = lengthLengths + 32;
/** How a pattern of 0 to 15 bytes repeats in 16 bytes, and how many of these are whole patterns. */
export const patterns = lengthOrder + 32;
export const patternSteps = patterns + 16 * 16;
/** What an entry says of a symbol, without the length of its code. */
export const templates = {
  lengths: patternSteps + 16,
  literals: patternSteps + 16 + 4 * symbols.lengths,
  distances: patternSteps + 16 + 4 * (symbols.lengths + symbols.literals),
};
export const tables = {
  lengths: align(templates.distances + 4 * symbols.distances),
  literals: align(templates.distances + 4 * symbols.distances) + 4 * mostEntries.lengths,
  distances: align(templates.distances + 4 * symbols.distances) + 4 * (mostEntries.lengths + mostEntries.literals),
};

/** Input that is decoded at a time. */
export const inputBytes = 128 * 1024;
/** How far back a match may reach (RFC 1951, 3.2.5), and so what is kept of the output. */
export const windowBytes = 32 * 1024;
/** Output that is decoded at a time: it stays in the second cache while it is searched, and is worth a message between threads. */
export const outputBytes = 512 * 1024;
/** Two literals and the longest match, whose copy may run over by 29 bytes. */
export const slackBytes = 320;
/** The loop reads eight bytes at a time, up to four times a turn. */
export const readAhead = 32;

export const input = align(tables.distances + 4 * mostEntries.distances);
export const window = input + inputBytes + readAhead;
export const output = window + windowBytes;

const pageBytes = 65_536;
export const pages = Math.ceil((output + outputBytes + slackBytes) / pageBytes);

function align(address: number): number {
  return (address + 63) & ~63;
}
