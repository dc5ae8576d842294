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
 * The header must end within them, as those of nearly all writers do in some ten bytes. What follows must inflate; one that ends within the bytes must have its checksum.
 */
export function holdsGzip(head: Uint8Array): boolean {
  if (!isGzip(head) || (head[3]! & reservedFlags) !== 0) return false;
  // before the header is read byte by byte, which false magic numbers close to each other would make slow
  if ((head[3]! & extraFlag) !== 0 && !holdsSubfields(head)) return false;
  const header = new GzipHeader();
  const start = header.take(head);
  // a name or an extra field that is longer would, where it is none, swallow all that follows
  if (header.state !== 'whole') return false;
  const body = head.subarray(start, start + trialBytes);
  const inflated = inflatedHead(body);
  if (inflated === undefined) return false;
  if (inflated.used === body.length) return body.length === trialBytes;
  const trailer = head.subarray(start + inflated.used);
  if (trailer.length < 4) return false;
  return crc32(inflated.content) === new DataView(trailer.buffer, trailer.byteOffset, 4).getUint32(0, true);
}

/** Whether an extra field is made of subfields, as far as it is at hand: two printable bytes, and a length that fits. RFC 1952, 2.3.1.1. */
function holdsSubfields(head: Uint8Array): boolean {
  const end = fixedBytes + sizeAt(head, 10);
  let at = fixedBytes;
  while (at < end && at + 4 <= head.length) {
    if (!isPrintable(head[at]!) || !isPrintable(head[at + 1]!)) return false;
    at += 4 + sizeAt(head, at + 2);
  }
  return at <= end;
}

function isPrintable(byte: number): boolean {
  return byte > 0x20 && byte < 0x7f;
}

function sizeAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
}
