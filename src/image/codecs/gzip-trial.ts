import { crc32 } from 'node:zlib';
import { GzipHeader, isGzip } from './gzip-header.ts';
import { inflatedHead } from './inflated-head.ts';

const reservedFlags = 0xe0;
const extraFlag = 4;
/** With the length of the extra field. */
const fixedBytes = 12;
const trialBytes = 512;

/**
 * Whether a gzip member starts with these bytes (1024, or all there are): where a magic number alone may stand by chance.
 *
 * What follows the header must inflate; one that ends within the bytes must have its checksum.
 */
export function holdsGzip(head: Uint8Array): boolean {
  if (!isGzip(head) || (head[3]! & reservedFlags) !== 0) return false;
  const header = new GzipHeader();
  const start = header.take(head);
  // only an extra field may be longer than what is at hand; a name without an end would swallow all that follows
  if (header.state !== 'whole') return (head[3]! & extraFlag) !== 0 && beginsLongExtra(head);
  const body = head.subarray(start, start + trialBytes);
  const inflated = inflatedHead(body);
  if (inflated === undefined) return false;
  if (inflated.used === body.length) return body.length === trialBytes;
  const trailer = head.subarray(start + inflated.used);
  if (trailer.length < 4) return false;
  return crc32(inflated.content) === new DataView(trailer.buffer, trailer.byteOffset, 4).getUint32(0, true);
}

/** An extra field begins with a subfield: two letters, and a length that fits. RFC 1952, 2.3.1.1. */
function beginsLongExtra(head: Uint8Array): boolean {
  const size = (at: number): number => (head[at] ?? 0) + 256 * (head[at + 1] ?? 0);
  if (fixedBytes + size(10) <= head.length || !isLetter(head[12]) || !isLetter(head[13])) return false;
  return size(14) + 4 <= size(10);
}

function isLetter(byte = 0): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}
