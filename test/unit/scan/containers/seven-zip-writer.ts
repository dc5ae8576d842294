import { crc32 } from 'node:zlib';

/** What 7-Zip would not write, for tests: a header of any bytes behind any streams. */
export function sevenZipOf(
  packed: Buffer,
  header: Buffer,
  { offset = packed.length, size = header.length } = {},
): Buffer {
  const start = Buffer.alloc(32);
  start.write('7z\xbc\xaf\x27\x1c\0\x04', 'latin1');
  start.writeBigUInt64LE(BigInt(offset), 12);
  start.writeBigUInt64LE(BigInt(size), 20);
  start.writeUInt32LE(crc32(header), 28);
  start.writeUInt32LE(crc32(start.subarray(12)), 8);
  return Buffer.concat([start, packed, header]);
}

/** A number as 7z writes it, with all of its eight bytes when it is large. */
export function number(value: number): number[] {
  if (value < 0x80) return [value];
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return [0xff, ...bytes];
}

export interface Streams {
  /** Where the first begins, behind the first 32 bytes. */
  offset?: number;
  packs: readonly number[];
  /** Bytes of each folder: its coders, bonds and packed streams. */
  folders: readonly (readonly number[])[];
  /** Of each coder of each folder. */
  sizes: readonly number[];
  /** Of each folder: sizes of its files. Absent: one file each. */
  files?: readonly (readonly number[])[];
}

/** One coder, Copy. */
export const copyFolder = [1, 1, 0];

/** PackInfo, CodersInfo and SubStreamsInfo; nothing has a checksum. */
export function streamsInfo({ offset = 0, packs, folders, sizes, files }: Streams): number[] {
  const sub =
    files === undefined
      ? []
      : [
          8,
          0x0d,
          ...files.flatMap((of) => number(of.length)),
          9,
          ...files.flatMap((of) => of.slice(0, -1).flatMap(number)),
          0,
        ];
  return [
    ...[6, ...number(offset), ...number(packs.length), 9, ...packs.flatMap(number), 0],
    ...[7, 0x0b, ...number(folders.length), 0, ...folders.flat(), 0x0c, ...sizes.flatMap(number), 0],
    ...sub,
    0,
  ];
}

/** The names of files that all have streams. */
export function filesInfo(names: readonly string[]): number[] {
  const bytes = Buffer.from(names.map((name) => `${name}\0`).join(''), 'utf16le');
  return [5, ...number(names.length), 0x11, ...number(bytes.length + 1), 0, ...bytes, 0];
}

export function headerOf(streams: Streams, names: readonly string[]): Buffer {
  return Buffer.from([1, 4, ...streamsInfo(streams), ...filesInfo(names), 0]);
}
