/** The last code of a length, and of a distance. */
const mostCodes = 29;
/** So many symbols of the fixed codes are looked at: hardly any other bytes get so far. */
const judgedSymbols = 24;

/**
 * Whether deflated data that is not empty may start at `at`, by the header of its first block and what must follow: a cheap
 * look that nearly no other bytes pass. Format: RFC 1951, 3.2.
 */
export function isDeflateStart(bytes: Uint8Array, at: number): boolean {
  const type = (bytes[at]! >> 1) & 3;
  if (type === 0) return isStoredStart(bytes, at);
  return type === 1 ? isFixedStart(bytes, at) : type === 2 && isDynamicStart(bytes, at);
}

/** Empty blocks are what a writer flushes with, and no beginning; `00 00 ff ff` stands in tables of many programs. */
function isStoredStart(bytes: Uint8Array, at: number): boolean {
  const [low = 0, high = 0, notLow = 0, notHigh = 0] = bytes.subarray(at + 1, at + 5);
  return (low ^ notLow) === 255 && (high ^ notHigh) === 255 && (low | high) !== 0;
}

/** The code for the code lengths must be complete, as every reader demands. */
function isDynamicStart(bytes: Uint8Array, at: number): boolean {
  const first = 8 * at + 3;
  if (bitsOf(bytes, first, 5) > mostCodes || bitsOf(bytes, first + 5, 5) > mostCodes) return false;
  let room = 128;
  for (let left = bitsOf(bytes, first + 10, 4) + 4, from = first + 14; left > 0; left--, from += 3) {
    const length = bitsOf(bytes, from, 3);
    if (length > 0) room -= 128 >> length;
  }
  return room === 0;
}

/** The first symbols of the fixed codes (3.2.6): none that is reserved, and no match that reaches before the beginning. */
function isFixedStart(bytes: Uint8Array, at: number): boolean {
  let from = 8 * at + 3;
  let length = 0;
  for (let symbols = 0; symbols < judgedSymbols && from >> 3 < bytes.length; symbols++) {
    const seven = reversed(bitsOf(bytes, from, 7), 7);
    const eight = reversed(bitsOf(bytes, from, 8), 8);
    if (seven === 0) return length > 0;
    if (seven >= 24 && (eight < 192 || eight >= 200)) {
      from += eight >= 200 ? 9 : 8;
      length += 1;
      continue;
    }
    const match = matchAt(bytes, from + (seven < 24 ? 7 : 8), seven < 24 ? seven : eight - 168);
    if (match === undefined || match.distance > length) return false;
    length += match.length;
    from = match.end;
  }
  return true;
}

/** A length of this code, with the distance that follows: the least that it can be. Undefined for what is reserved. */
function matchAt(
  bytes: Uint8Array,
  at: number,
  code: number,
): { length: number; distance: number; end: number } | undefined {
  const extra = code < 9 || code >= mostCodes ? 0 : (code - 5) >> 2;
  const distance = reversed(bitsOf(bytes, at + extra, 5), 5);
  if (code > mostCodes || distance > mostCodes) return undefined;
  return {
    length: lengthOf(code, extra) + bitsOf(bytes, at, extra),
    distance: leastDistance(distance),
    end: at + extra + 5 + (distance < 4 ? 0 : (distance >> 1) - 1),
  };
}

/** 3.2.5; without the extra bits. */
function lengthOf(match: number, extra: number): number {
  if (match === mostCodes) return 258;
  return match < 9 ? match + 2 : ((4 + ((match - 1) & 3)) << extra) + 3;
}

function leastDistance(code: number): number {
  return code < 4 ? code + 1 : ((2 | (code & 1)) << ((code >> 1) - 1)) + 1;
}

/** Up to eight bits from `from`, the least significant first. */
function bitsOf(bytes: Uint8Array, from: number, count: number): number {
  const at = from >> 3;
  return ((bytes[at]! | (bytes[at + 1]! << 8)) >> (from & 7)) & ((1 << count) - 1);
}

function reversed(bits: number, count: number): number {
  let value = 0;
  for (let bit = 0; bit < count; bit++) value = value * 2 + ((bits >> bit) & 1);
  return value;
}
