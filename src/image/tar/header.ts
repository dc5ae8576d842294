/** The fields of one 512-byte tar header block that matter for reading. Format: POSIX.1-2017 pax, and GNU tar's manual. */
export interface TarHeader {
  name: string;
  /** The name's bytes, when it was put together from the fields prefix and name: nowhere do they stand in one piece. */
  joined: Uint8Array | undefined;
  /** Stored bytes behind the header. */
  size: number;
  /** What the size field says, where it is not believed: links and folders have no body. */
  claimed: number;
  /** `0` file, `1` hard link, `2` symbolic link, `5` folder, `x`/`g` pax, `L`/`K` GNU long name and link, `S` sparse. */
  type: string;
  /** A file as before POSIX: one whose path ends in a slash is a folder. */
  old: boolean;
  link: string;
  /** Permission bits and ids; undefined where the field is no number. */
  mode: number | undefined;
  uid: number | undefined;
  gid: number | undefined;
  /** Names of the owner; empty when there are none. */
  user: string;
  group: string;
  /** GNU sparse: further map blocks follow the header. */
  extended: boolean;
}

export const blockSize = 512;

/** Reads a header; undefined when the block is none (wrong checksum or numbers that make no sense). */
export function parseHeader(block: Uint8Array): TarHeader | undefined {
  const size = parseNumber(block, 124, 12);
  if (size === undefined || !checksumHolds(block)) return undefined;
  const bytes = Buffer.from(block.buffer, block.byteOffset, blockSize);
  const type = block[156] === 0 ? '0' : String.fromCharCode(block[156]!);
  // Magic "ustar\0" (POSIX) has a prefix field; "ustar  \0" (GNU) keeps times and the sparse map there.
  const ustar = isAscii(block, 257, 'ustar');
  const posix = ustar && block[262] === 0;
  const joined = posix && block[345] !== 0 ? joinName(bytes) : undefined;
  const name = joined === undefined ? parseText(bytes, 0, 100) : decodeText(joined);
  return {
    name,
    joined,
    size: headerOnly(type) ? 0 : size,
    claimed: size,
    type,
    old: block[156] === 0,
    link: parseText(bytes, 157, 100),
    mode: parseNumber(block, 100, 8),
    uid: parseNumber(block, 108, 8),
    gid: parseNumber(block, 116, 8),
    user: ustar ? parseOwner(bytes, 265) : '',
    group: ustar ? parseOwner(bytes, 297) : '',
    extended: type === 'S' && block[482] !== 0,
  };
}

function joinName(block: Buffer): Uint8Array {
  return Buffer.concat([field(block, 345, 155), Buffer.from('/'), field(block, 0, 100)]);
}

/** Pieces of an old GNU sparse file: offset and length of each, up to the first that is empty; `most` of them at most. */
export function parsePieces(block: Uint8Array, start: number, most: number): (number | undefined)[] {
  const numbers: (number | undefined)[] = [];
  for (let at = start; at < start + 24 * most && block[at + 12] !== 0; at += 24)
    numbers.push(parseNumber(block, at, 12), parseNumber(block, at + 12, 12));
  return numbers;
}

/** Bytes of the whole file, of an old GNU sparse file. */
export function parseRealSize(block: Uint8Array): number | undefined {
  return parseNumber(block, 483, 12);
}

/** Whether the block can start a tar: a header whose checksum holds. */
export function isHeader(block: Uint8Array): boolean {
  return block.length >= blockSize && parseHeader(block) !== undefined && !isZero(block.subarray(0, blockSize));
}

export function isZero(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** Links, devices, folders and pipes have no body whatever their size field says (as Go's archive/tar reads them). */
export function headerOnly(type: string): boolean {
  return type >= '1' && type <= '6';
}

/** An image has one for each of some 100,000 files, and every file's first block is tried too. */
export function checksumHolds(block: Uint8Array): boolean {
  const expected = parseNumber(block, 148, 8);
  // an empty field is none, and no header has a sum of 0: the field's own eight spaces count
  if (expected === undefined || expected === 0) return false;
  // the checksum field itself counts as eight spaces
  let unsigned = 8 * 32 + sumOfBytes(block);
  for (let i = 148; i < 156; i++) unsigned -= block[i]!;
  return expected === unsigned || expected === signedSum(block, unsigned);
}

/** Two bytes at a time in each half of a word: 256 of them add up to less than 2¹⁶. */
function sumOfBytes(block: Uint8Array): number {
  const view = new DataView(block.buffer, block.byteOffset, blockSize);
  let pairs = 0;
  for (let at = 0; at < blockSize; at += 4) {
    const word = view.getInt32(at);
    pairs = (pairs + (word & 0x00ff00ff) + ((word >>> 8) & 0x00ff00ff)) | 0;
  }
  return (pairs & 0xffff) + (pairs >>> 16);
}

/** As old Sun tars summed. */
function signedSum(block: Uint8Array, unsigned: number): number {
  let sum = unsigned;
  for (let i = 0; i < blockSize; i++) if ((i < 148 || i >= 156) && block[i]! > 127) sum -= 256;
  return sum;
}

/** Octal text, or base-256 when the first bit is set (GNU, for sizes from 8 GiB). Undefined when it is neither. */
function parseNumber(block: Uint8Array, start: number, length: number): number | undefined {
  if ((block[start]! & 0x80) !== 0) return parseBase256(block, start, length);
  let value = 0;
  let digits = 0;
  for (let i = start; i < start + length; i++) {
    const byte = block[i]!;
    if (byte >= 48 && byte <= 55) {
      value = value * 8 + (byte - 48);
      digits++;
    } else if (byte === 32 || byte === 0) {
      if (digits > 0) break;
    } else return undefined;
  }
  return value;
}

function parseBase256(block: Uint8Array, start: number, length: number): number | undefined {
  let value = block[start]! & 0x7f;
  for (let i = start + 1; i < start + length; i++) {
    value = value * 256 + block[i]!;
    if (value > Number.MAX_SAFE_INTEGER) return undefined;
  }
  return value;
}

function parseText(block: Buffer, start: number, length: number): string {
  if (block[start] === 0) return '';
  return block.toString('utf8', start, endOf(block, start, length));
}

function field(block: Buffer, start: number, length: number): Uint8Array {
  return block.subarray(start, endOf(block, start, length));
}

/** A text ends at its first NUL, or fills its field. */
function endOf(block: Buffer, start: number, length: number): number {
  const end = block.indexOf(0, start);
  return end < 0 ? start + length : Math.min(end, start + length);
}

/** Almost all files of an image are root's: no string is made for them. */
function parseOwner(block: Buffer, start: number): string {
  if (block[start] === 0) return '';
  return isAscii(block, start, 'root\0') ? 'root' : parseText(block, start, 32);
}

/** Names are bytes; what is not UTF-8 shows replacement characters. */
export function decodeText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

function isAscii(block: Uint8Array, start: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (block[start + i] !== text.charCodeAt(i)) return false;
  return true;
}
