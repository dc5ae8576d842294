/**
 * A frame of LZ4 with one compressed block, in which the value is in two parts: the second half comes first, and is copied
 * behind the first half (lz4_Frame_format.md, lz4_Block_format.md).
 *
 * Checksums are left out but for the header's, which is of these very flags.
 */
export function lz4(value: string): Buffer {
  const middle = value.length - 15;
  const [first, second] = [value.slice(0, middle), value.slice(middle)];
  const literals = Buffer.from(`${second} | ${first}`);
  const tail = Buffer.from(' and the end\n');
  const block = Buffer.concat([
    sequence(literals, second.length - 4),
    // how far back the copy begins
    Buffer.from([literals.length, 0]),
    sequence(tail, 0),
  ]);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(block.length);
  return Buffer.concat([Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]), size, block, Buffer.alloc(4)]);
}

/** The token, and the literals; the match is at most 18 bytes longer than four. */
function sequence(literals: Buffer, matchLength: number): Buffer {
  const many = literals.length >= 15;
  if (matchLength > 14) throw new Error('the copy is too long for one token');
  const token = ((many ? 15 : literals.length) << 4) | matchLength;
  return Buffer.concat([Buffer.from(many ? [token, literals.length - 15] : [token]), literals]);
}

/** What such a frame decodes to. */
export function unlz4(frame: Buffer): Buffer {
  const block = frame.subarray(11, 11 + frame.readUInt32LE(7));
  let out = Buffer.alloc(0);
  for (let at = 0; at < block.length; ) {
    const token = block[at++] ?? 0;
    const literals = token >> 4 === 15 ? 15 + (block[at++] ?? 0) : token >> 4;
    out = Buffer.concat([out, block.subarray(at, at + literals)]);
    at += literals;
    if (at >= block.length) break;
    const from = out.length - block.readUInt16LE(at);
    at += 2;
    for (let left = (token & 15) + 4, index = from; left > 0; left--, index++)
      out = Buffer.concat([out, out.subarray(index, index + 1)]);
  }
  return out;
}
