const mostBlockBytes = 128 * 1024;
const reservedBit = 8;
const [raw, compressed, reserved] = [0, 2, 3];

/**
 * Whether a frame of zstd that is not empty stands at `at`, behind its magic: no reserved bit, and blocks that are no larger than
 * any may be, as far as bytes are at hand. Format: RFC 8878, 3.1.1.
 */
export function isZstdAt(bytes: Buffer, at: number): boolean {
  const descriptor = bytes[at + 4] ?? reservedBit;
  const single = (descriptor & 0x20) !== 0;
  const fields = [0, 1, 2, 4][descriptor & 3]! + (single ? 0 : 1) + [single ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  if ((descriptor & reservedBit) !== 0) return false;
  let block = at + 5 + fields;
  if (block + 3 > bytes.length || bytes.readUIntLE(block, 3) >> 3 === 0) return false;
  for (let last = false; !last && block + 3 <= bytes.length; ) {
    const header = bytes.readUIntLE(block, 3);
    const [type, size] = [(header >> 1) & 3, header >> 3];
    last = (header & 1) !== 0;
    if (type === reserved || size > mostBlockBytes) return false;
    if (type === compressed && !literalsFit(bytes, block + 3, size)) return false;
    block += 3 + (type === raw || type === compressed ? size : 1);
  }
  return true;
}

/** What a compressed block begins with: its literals, which are shorter than the block (3.1.1.3.1.1). */
function literalsFit(bytes: Buffer, at: number, blockBytes: number): boolean {
  if (at + 5 > bytes.length) return true;
  const [type, format] = [bytes[at]! & 3, (bytes[at]! >> 2) & 3];
  if (type < 2) {
    const size = [bytes[at]! >> 3, bytes.readUInt16LE(at) >> 4, bytes[at]! >> 3, bytes.readUIntLE(at, 3) >> 4][format]!;
    return size <= mostBlockBytes && (type === 1 || size < blockBytes);
  }
  const bits = [10, 10, 14, 18][format]!;
  const sizes = Math.floor(bytes.readUIntLE(at, 5) / 16);
  const [regenerated, stored] = [sizes % 2 ** bits, Math.floor(sizes / 2 ** bits) % 2 ** bits];
  return regenerated <= mostBlockBytes && stored < blockBytes;
}
