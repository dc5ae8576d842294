import { crc32, deflateRawSync } from 'node:zlib';

/** A member of a zip that a test writes. */
export interface ZipFile {
  path: string;
  content: string | Buffer;
  /** 8 when absent. */
  method?: number;
  /** What is stored, when it is neither the content nor the content deflated. */
  data?: Buffer;
  /** Sizes behind the data, with or without the descriptor's signature, in 4 or 8 bytes. */
  descriptor?: 'signed' | 'bare' | 'zip64';
  flags?: number;
  /** Sizes in a zip64 extra field. */
  zip64?: boolean;
}

/** A local header, the data, and a descriptor if there is one. */
export function local(file: ZipFile): Buffer {
  const content = Buffer.from(file.content);
  const data = dataOf(file);
  const known = file.descriptor === undefined;
  const extra = file.zip64 ? zip64Extra(content.length, data.length) : Buffer.alloc(0);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE((file.flags ?? 0) | (known ? 0 : 8), 6);
  header.writeUInt16LE(file.method ?? 8, 8);
  if (known) header.writeUInt32LE(file.zip64 ? 0xffffffff : data.length, 18);
  if (known) header.writeUInt32LE(file.zip64 ? 0xffffffff : content.length, 22);
  header.writeUInt16LE(file.path.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, Buffer.from(file.path), extra, data, descriptorOf(file, content, data)]);
}

function dataOf(file: ZipFile): Buffer {
  const content = Buffer.from(file.content);
  return file.data ?? ((file.method ?? 8) === 8 ? deflateRawSync(content) : content);
}

function zip64Extra(...numbers: number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * numbers.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8 * numbers.length, 2);
  numbers.forEach((number, index) => {
    extra.writeBigUInt64LE(BigInt(number), 4 + 8 * index);
  });
  return extra;
}

function descriptorOf(file: ZipFile, content: Buffer, data: Buffer): Buffer {
  if (file.descriptor === undefined) return Buffer.alloc(0);
  const wide = file.descriptor === 'zip64';
  const fields = Buffer.alloc(wide ? 20 : 12);
  fields.writeUInt32LE(crc32(content), 0);
  fields.writeUInt32LE(data.length, 4);
  fields.writeUInt32LE(content.length, wide ? 12 : 8);
  return file.descriptor === 'bare' ? fields : Buffer.concat([Buffer.from('PK\x07\x08', 'latin1'), fields]);
}

/** The directory's entry of a file whose local header is at `offset`. */
export function central(file: ZipFile, offset: number): Buffer {
  const data = dataOf(file);
  const content = Buffer.from(file.content);
  const extra = file.zip64 ? zip64Extra(content.length, data.length, offset) : Buffer.alloc(0);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(file.flags ?? 0, 8);
  header.writeUInt16LE(file.method ?? 8, 10);
  header.writeUInt32LE(file.zip64 ? 0xffffffff : data.length, 20);
  header.writeUInt32LE(file.zip64 ? 0xffffffff : content.length, 24);
  header.writeUInt16LE(file.path.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(file.zip64 ? 0xffffffff : offset, 42);
  return Buffer.concat([header, Buffer.from(file.path), extra]);
}

/** The end of a directory that says nothing of it. */
export const end = endOf(0, 0, 0);

/** The end of a directory. */
export function endOf(entries: number, bytes: number, offset: number): Buffer {
  const record = Buffer.alloc(22);
  record.write('PK\x05\x06', 'latin1');
  record.writeUInt16LE(entries, 8);
  record.writeUInt16LE(entries, 10);
  record.writeUInt32LE(bytes, 12);
  record.writeUInt32LE(offset, 16);
  return record;
}

/** The same in zip64, and where it is; to stand before an end. */
export function wideEndOf(entries: number, bytes: number, offset: number): Buffer {
  const record = Buffer.alloc(56 + 20);
  record.write('PK\x06\x06', 'latin1');
  record.writeUInt32LE(44, 4);
  for (const [at, number] of [entries, entries, bytes, offset].entries())
    record.writeBigUInt64LE(BigInt(number), 24 + 8 * at);
  record.write('PK\x06\x07', 56, 'latin1');
  record.writeBigUInt64LE(BigInt(offset + bytes), 64);
  record.writeUInt32LE(1, 72);
  return record;
}

/** A whole zip; `base`: what its directory adds to every offset. */
export function zipOf(files: readonly ZipFile[], base = 0): Buffer {
  const locals = files.map(local);
  let offset = base;
  const directory = files.map((file, index) => {
    const entry = central(file, offset);
    offset += locals[index]!.length;
    return entry;
  });
  const bytes = Buffer.concat(directory);
  return Buffer.concat([...locals, bytes, endOf(files.length, bytes.length, offset)]);
}
