import { crc32 } from 'node:zlib';
import { holdsGzip, isBzip2, isDeflateStart, isXz, isZlib } from '../../../image/index.ts';
import { isSevenZip } from '../seven-zip.ts';
import { isPlausibleLocal, localFixed } from '../zip-header.ts';
import { isZstdAt } from './zstd-start.ts';

/** Compressions that are taken off in the middle of a file. */
export type StreamKind = 'gzip' | 'zlib' | 'zstd' | 'xz' | 'bzip2' | 'lz4';
/** What is recognised there and not opened. */
export type SealedKind = 'squashfs' | 'rar' | 'cab' | 'upx';

/** How something begins that may stand anywhere in a file. */
export interface Magic {
  kind: StreamKind | SealedKind | 'zip' | '7z';
  /** In latin1. */
  bytes: string;
  /** Which two of the bytes are searched for: rare ones. */
  pairAt: number;
  group: number;
  /** Whether it stands at `at` indeed; `bytes` has `aheadBytes` more, or all there are. */
  holds(bytes: Buffer, at: number): boolean;
}

/** How far behind a magic its plausibility is judged. */
export const aheadBytes = 1024;

const zlibHeader = (second: string): Magic => ({
  kind: 'zlib',
  bytes: `x${second}`,
  pairAt: 0,
  group: 1,
  holds: (bytes, at) => isZlibAt(bytes, at),
});

/** Magic numbers and what must follow: as in the formats' own documents. Sealed ones must have a checksum or fixed fields. */
export const magics: readonly Magic[] = [
  { kind: 'gzip', bytes: '\x1f\x8b\x08', pairAt: 0, group: 0, holds: (bytes, at) => holdsGzip(part(bytes, at)) },
  ...['\x01', '\x5e', '\x9c', '\xda'].map(zlibHeader),
  { kind: 'xz', bytes: '\xfd7zXZ\0', pairAt: 0, group: 2, holds: (bytes, at) => isXzAt(bytes, at) },
  { kind: 'zstd', bytes: '\x28\xb5\x2f\xfd', pairAt: 1, group: 3, holds: (bytes, at) => isZstdAt(bytes, at) },
  { kind: 'zip', bytes: 'PK\x03\x04', pairAt: 0, group: 4, holds: (bytes, at) => isZipAt(bytes, at) },
  { kind: 'bzip2', bytes: 'BZh', pairAt: 6, group: 5, holds: (bytes, at) => isBzip2(part(bytes, at)) },
  { kind: '7z', bytes: '7z\xbc\xaf\x27\x1c\0', pairAt: 3, group: 5, holds: (bytes, at) => isSevenZip(part(bytes, at)) },
  { kind: 'cab', bytes: 'MSCF\0\0\0\0', pairAt: 2, group: 5, holds: (bytes, at) => isCabAt(bytes, at) },
  { kind: 'lz4', bytes: '\x04\x22\x4d\x18', pairAt: 2, group: 6, holds: (bytes, at) => isLz4At(bytes, at) },
  { kind: 'lz4', bytes: '\x02\x21\x4c\x18', pairAt: 2, group: 6, holds: (bytes, at) => isLegacyLz4At(bytes, at) },
  { kind: 'upx', bytes: 'UPX!', pairAt: 2, group: 6, holds: (bytes, at) => isUpxAt(bytes, at) },
  { kind: 'squashfs', bytes: 'hsqs', pairAt: 2, group: 7, holds: (bytes, at) => isSquashfsAt(bytes, at) },
  { kind: 'rar', bytes: 'Rar!\x1a\x07', pairAt: 4, group: 7, holds: (bytes, at) => isRarAt(bytes, at) },
];

function part(bytes: Buffer, at: number): Buffer {
  return bytes.subarray(at, at + aheadBytes);
}

/** Pixels of a PNG lie in pieces between other bytes: no reader of zlib alone gets far. */
const pngPixels = ['IDAT', 'fdAT'];
function isZlibAt(bytes: Buffer, at: number): boolean {
  if (!isDeflateStart(bytes, at + 2) || isPrintable(bytes.subarray(at, at + 10))) return false;
  if (at >= 4 && pngPixels.includes(bytes.toString('latin1', at - 4, at))) return false;
  return isZlib(part(bytes, at));
}

/** `x^2` and the like, in texts among other bytes. */
function isPrintable(bytes: Buffer): boolean {
  return bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
}

function isXzAt(bytes: Buffer, at: number): boolean {
  const header = bytes.subarray(at, at + 12);
  return isXz(header) && crc32(header.subarray(6, 8)) === header.readUInt32LE(8);
}

function isZipAt(bytes: Buffer, at: number): boolean {
  return at + localFixed <= bytes.length && isPlausibleLocal(bytes.subarray(at));
}

/** Version and reserved bits of the flags, and the size of blocks (lz4_Frame_format.md 1.6.4). */
function isLz4At(bytes: Buffer, at: number): boolean {
  const [flags = 0, descriptor = 0] = bytes.subarray(at + 4, at + 6);
  return flags >> 6 === 1 && (flags & 2) === 0 && (descriptor & 0x8f) === 0 && descriptor >> 4 >= 4;
}

function isLegacyLz4At(bytes: Buffer, at: number): boolean {
  if (at + 8 > bytes.length) return false;
  const size = bytes.readUInt32LE(at + 4);
  return size > 0 && size <= 8 * 1024 * 1024 + 64 * 1024;
}

/** [MS-CAB] 2.1: reserved fields and version 1.3. */
function isCabAt(bytes: Buffer, at: number): boolean {
  return at + 36 <= bytes.length && bytes.readUInt32LE(at + 12) === 0 && bytes.readUInt16LE(at + 24) === 0x0103;
}

/** Its version, format, method and level (UPX's PackHeader). */
function isUpxAt(bytes: Buffer, at: number): boolean {
  const [version = 0, format = 0, method = 0, level = 0] = bytes.subarray(at + 4, at + 8);
  return version >= 10 && version <= 15 && format > 0 && method >= 2 && method <= 15 && level >= 1 && level <= 10;
}

/** Version 4.0, one of the compressions, and the size of blocks given twice. */
function isSquashfsAt(bytes: Buffer, at: number): boolean {
  if (at + 96 > bytes.length || bytes.readUInt32LE(at + 28) !== 4) return false;
  const [blockBytes, compression, log] = [
    bytes.readUInt32LE(at + 12),
    bytes.readUInt16LE(at + 20),
    bytes.readUInt16LE(at + 22),
  ];
  return compression >= 1 && compression <= 6 && log <= 20 && blockBytes === 2 ** log;
}

/** Version 4 has an archive header of a fixed type behind it; version 5 a header with a checksum. */
function isRarAt(bytes: Buffer, at: number): boolean {
  if (bytes[at + 6] === 0) return bytes[at + 9] === 0x73;
  const size = bytes[at + 12] ?? 255;
  if (bytes[at + 6] !== 1 || bytes[at + 7] !== 0 || size >= 128 || at + 13 + size > bytes.length) return false;
  return crc32(bytes.subarray(at + 12, at + 13 + size)) === bytes.readUInt32LE(at + 8);
}
