// Castagnoli's polynomial, bits reversed (RFC 3720, appendix B.4); node:zlib has that of IEEE only
const polynomial = 0x82f63b78;

/** The CRC-32C by which Secret Manager lets its clients prove that a payload came whole. */
export function crc32c(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ polynomial : rest >>> 1;
  }
  return (rest ^ 0xffffffff) >>> 0;
}
