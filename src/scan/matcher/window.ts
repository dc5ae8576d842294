/** Bytes that are looked at together. */
export const windowBytes = 4;

/** Fibonacci hashing: the upper bits of the product are well mixed (Knuth, TAOCP 3, 6.4). */
export const hashFactor = 0x9e3779b1 | 0;

/** The four bytes from `at` as a little-endian number. Bytes outside count as zeros. */
export function windowAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}
