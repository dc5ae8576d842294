/** What a local file header of a zip says. Format: PKWARE APPNOTE 6.3.10, 4.3.7. */
export interface ZipHeader {
  path: string;
  method: number;
  encrypted: boolean;
  /** Sizes and checksum follow the data; `compressedSize` means nothing unless it is not zero. */
  described: boolean;
  compressedSize: number;
}

export const localMagic = 0x04034b50;
export const centralMagic = 0x02014b50;
export const descriptorMagic = 0x08074b50;
/** End of central directory, its zip64 variants, and the signature record: what may stand behind the last member. */
export const tailMagics: readonly number[] = [0x06054b50, 0x06064b50, 0x07064b50, 0x05054b50];

/** Bytes of the fixed parts; a local header also has a name and extra fields, whose lengths it gives. */
export const localFixed = 30;
export const centralFixed = 46;

export function localLength(fixed: Buffer): number {
  return localFixed + fixed.readUInt16LE(26) + fixed.readUInt16LE(28);
}

export function centralLength(fixed: Buffer): number {
  return centralFixed + fixed.readUInt16LE(28) + fixed.readUInt16LE(30) + fixed.readUInt16LE(32);
}

/** Methods of APPNOTE 4.4.5 that archives are found with, and those of WinZip and 7-Zip. */
const methods = [0, 1, 6, 8, 9, 12, 14, 93, 95, 96, 97, 98, 99];
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

/** Reads a whole local header. */
export function parseLocal(header: Buffer): ZipHeader {
  const flags = header.readUInt16LE(6);
  const nameEnd = localFixed + header.readUInt16LE(26);
  const size = header.readUInt32LE(18);
  return {
    path: header.toString('utf8', localFixed, nameEnd),
    method: header.readUInt16LE(8),
    encrypted: (flags & 1) !== 0,
    described: (flags & 8) !== 0,
    compressedSize: size === 0xffffffff ? (zip64Size(header.subarray(nameEnd)) ?? size) : size,
  };
}

/** The zip64 extra field holds the uncompressed, then the compressed size. */
function zip64Size(extra: Buffer): number | undefined {
  for (let at = 0; at + 4 <= extra.length; ) {
    const size = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 1 && size >= 16 && at + 20 <= extra.length)
      return Number(extra.readBigUInt64LE(at + 12));
    at += 4 + size;
  }
  return undefined;
}
