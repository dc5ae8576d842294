import type { DirectoryEnd, DirectoryEntry } from './zip-directory.ts';

/** What a local file header of a zip says. Format: PKWARE APPNOTE 6.3.10, 4.3.7. */
export interface ZipHeader {
  path: string;
  method: number;
  encrypted: boolean;
  /** Sizes and checksum follow the data; `compressedSize` means nothing unless it is not zero. */
  described: boolean;
  compressedSize: number;
  /** Once decompressed; means nothing where the sizes follow the data. */
  size: number;
  /** Of LZMA: a marker says where the data ends. */
  marked: boolean;
}

export const localMagic = 0x04034b50;
export const centralMagic = 0x02014b50;
export const descriptorMagic = 0x08074b50;
/** Of the directory's end, and of the same in zip64. */
export const endMagic = 0x06054b50;
export const wideEndMagic = 0x06064b50;
/** Says where the zip64 end is. */
export const locatorMagic = 0x07064b50;
/** A signature, which may stand before the end. */
export const signatureMagic = 0x05054b50;

/** Bytes of the fixed parts; a local header also has a name and extra fields, whose lengths it gives. */
export const localFixed = 30;
export const centralFixed = 46;
/** Without the comment; without the extensible data. */
export const endFixed = 22;
export const wideEndFixed = 56;
export const locatorFixed = 20;

export function localLength(fixed: Buffer): number {
  return localFixed + fixed.readUInt16LE(26) + fixed.readUInt16LE(28);
}

export function centralLength(fixed: Buffer): number {
  return centralFixed + fixed.readUInt16LE(28) + fixed.readUInt16LE(30) + fixed.readUInt16LE(32);
}

/** Methods of APPNOTE 4.4.5 that archives are found with, and those of WinZip and 7-Zip. */
const methods = [0, 1, 6, 8, 9, 12, 14, 20, 93, 95, 96, 97, 98, 99];
const highestVersion = 63;
const unusedFlags = 0xd780;

/** Whether bytes that begin with the magic of a local header are one, and no constant in a program that reads zips. */
export function isPlausibleLocal(fixed: Buffer): boolean {
  const nameBytes = fixed.readUInt16LE(26);
  return (
    fixed[4]! <= highestVersion &&
    (fixed.readUInt16LE(6) & unusedFlags) === 0 &&
    methods.includes(fixed.readUInt16LE(8)) &&
    nameBytes > 0 &&
    nameBytes <= 4096
  );
}

/** The same of an entry of the directory. */
export function isPlausibleCentral(fixed: Buffer): boolean {
  const nameBytes = fixed.readUInt16LE(28);
  return (
    fixed[6]! <= highestVersion &&
    methods.includes(fixed.readUInt16LE(10)) &&
    nameBytes > 0 &&
    nameBytes <= 4096 &&
    fixed.readUInt16LE(34) === 0
  );
}

/** The same of the directory's end: an archive is in one piece. */
export function isPlausibleEnd(fixed: Buffer): boolean {
  return fixed.readUInt32LE(4) === 0 && fixed.readUInt16LE(8) === fixed.readUInt16LE(10);
}

export function isPlausibleWideEnd(fixed: Buffer): boolean {
  return fixed.readUInt32LE(4) >= wideEndFixed - 12 && fixed.readUInt32LE(8) === 0 && fixed.readUInt32LE(16) === 0;
}

export function isPlausibleLocator(fixed: Buffer): boolean {
  return fixed.readUInt32LE(4) === 0 && fixed.readUInt32LE(16) <= 1;
}

/** Reads the end of the directory; what zip64 says instead is absent. */
export function parseEnd(fixed: Buffer): Partial<DirectoryEnd> {
  const end: Partial<DirectoryEnd> = {};
  const [entries, bytes, offset] = [fixed.readUInt16LE(10), fixed.readUInt32LE(12), fixed.readUInt32LE(16)];
  if (entries !== 0xffff) end.entries = entries;
  if (bytes !== notHere) end.bytes = bytes;
  if (offset !== notHere) end.offset = offset;
  return end;
}

export function parseWideEnd(fixed: Buffer): DirectoryEnd {
  const [entries, bytes, offset] = [32, 40, 48].map((at) => Number(fixed.readBigUInt64LE(at)));
  return { entries: entries!, bytes: bytes!, offset: offset! };
}

/** Reads a whole local header. */
export function parseLocal(header: Buffer): ZipHeader {
  const flags = header.readUInt16LE(6);
  const nameEnd = localFixed + header.readUInt16LE(26);
  const compressedSize = header.readUInt32LE(18);
  const size = header.readUInt32LE(22);
  const [wideSize, wideCompressed] = zip64Numbers(header.subarray(nameEnd));
  return {
    path: header.toString('utf8', localFixed, nameEnd),
    method: header.readUInt16LE(8),
    encrypted: (flags & 1) !== 0,
    described: (flags & 8) !== 0,
    compressedSize: compressedSize === notHere ? (wideCompressed ?? compressedSize) : compressedSize,
    size: size === notHere ? (wideSize ?? size) : size,
    marked: (flags & 2) !== 0,
  };
}

/** Reads a whole header of the directory. */
export function parseCentral(header: Buffer): DirectoryEntry {
  const nameEnd = centralFixed + header.readUInt16LE(28);
  const wide = zip64Numbers(header.subarray(nameEnd, nameEnd + header.readUInt16LE(30)));
  // of what does not fit, and in this order
  const [, compressedSize = 0, offset = 0] = [24, 20, 42].map((at) => {
    const number = header.readUInt32LE(at);
    return number === notHere ? (wide.shift() ?? number) : number;
  });
  return { method: header.readUInt16LE(10), encrypted: (header.readUInt16LE(8) & 1) !== 0, compressedSize, offset };
}

/** A number that stands in the zip64 extra field instead. */
const notHere = 0xffffffff;

/** The numbers of the zip64 extra field (APPNOTE 4.5.3), of eight bytes each. */
function zip64Numbers(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = at + 4 + extra.readUInt16LE(at + 2);
    const numbers: number[] = [];
    if (extra.readUInt16LE(at) === 1) {
      for (let number = at + 4; number + 8 <= Math.min(end, extra.length); number += 8)
        numbers.push(Number(extra.readBigUInt64LE(number)));
      return numbers;
    }
    at = end;
  }
  return [];
}
