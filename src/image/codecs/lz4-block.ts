const shortestMatch = 4;

/** The data is not what the format allows. */
export class Lz4Error extends Error {}

/** Decoded bytes, with those before them that matches may still reach. */
export interface Lz4Window {
  bytes: Uint8Array;
  /** Where the next byte goes. */
  end: number;
}

/**
 * Decodes one block behind what the window holds; gives back how many bytes that was.
 *
 * `window.bytes` must have room for what a block may decode to. Throws Lz4Error when the block is broken or too long. Format:
 * lz4_Block_format.md of LZ4.
 */
export function readBlock(block: Uint8Array, window: Lz4Window): number {
  const start = window.end;
  for (let at = 0; at < block.length; ) {
    const token = block[at++]!;
    const literals = lengthAt(block, at, token >> 4);
    at = literals.next;
    if (at + literals.length > block.length) throw new Lz4Error('literals');
    append(window, block.subarray(at, at + literals.length));
    at += literals.length;
    // the last sequence has literals only
    if (at === block.length) return window.end - start;
    if (at + 2 > block.length) throw new Lz4Error('offset');
    const offset = block[at]! | (block[at + 1]! << 8);
    const match = lengthAt(block, at + 2, token & 15);
    at = match.next;
    copy(window, offset, match.length + shortestMatch);
  }
  throw new Lz4Error('no last literals');
}

/** A length of four bits that goes on in further bytes when they are all set. */
function lengthAt(block: Uint8Array, from: number, bits: number): { length: number; next: number } {
  let length = bits;
  let next = from;
  if (bits !== 15) return { length, next };
  for (;;) {
    if (next >= block.length) throw new Lz4Error('length');
    const byte = block[next++]!;
    length += byte;
    if (byte !== 255) return { length, next };
  }
}

function append(window: Lz4Window, bytes: Uint8Array): void {
  if (window.end + bytes.length > window.bytes.length) throw new Lz4Error('too long');
  window.bytes.set(bytes, window.end);
  window.end += bytes.length;
}

function copy(window: Lz4Window, offset: number, length: number): void {
  const { bytes, end } = window;
  if (offset === 0 || offset > end || end + length > bytes.length) throw new Lz4Error('match');
  // a match may overlap what it makes, so byte by byte unless it lies wholly before
  if (offset >= length) bytes.copyWithin(end, end - offset, end - offset + length);
  else for (let at = end; at < end + length; at++) bytes[at] = bytes[at - offset]!;
  window.end = end + length;
}
