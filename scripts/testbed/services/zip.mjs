import { crc32 } from 'node:zlib';

/**
 * A zip archive of small files, stored without compression.
 *
 * Format: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16; ASCII names only.
 *
 * @param {Record<string, string>} files name → text
 */
export function zip(files) {
  const locals = [];
  const central = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const data = Buffer.from(text);
    const shared = sharedFields(name, data);
    const local = Buffer.concat([u32(0x04034b50), shared, Buffer.from(name), data]);
    // comment, disk, internal and external attributes: none
    central.push(Buffer.concat([u32(0x02014b50), u16(20), shared, Buffer.alloc(10), u32(offset), Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const count = u16(central.length);
  const end = [u32(0x06054b50), u16(0), u16(0), count, count, u32(directory.length), u32(offset), u16(0)];
  return Buffer.concat([...locals, directory, ...end]);
}

/** From "version needed" to "extra field length": alike in both headers. */
function sharedFields(name, data) {
  const firstDayOfDos = (1 << 5) | 1;
  const head = [u16(20), u16(0), u16(0), u16(0), u16(firstDayOfDos), u32(crc32(data))];
  return Buffer.concat([...head, u32(data.length), u32(data.length), u16(name.length), u16(0)]);
}

function u16(value) {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
