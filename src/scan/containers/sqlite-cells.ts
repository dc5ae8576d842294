/** A row or an index entry of a b-tree page: the first bytes of its payload are on the page, others behind `overflow`. */
export interface SqliteCell {
  /** Its place among the page's cells. */
  index: number;
  /** Bytes of the whole payload. */
  size: number;
  local: Buffer;
  /** Number of the first overflow page; 0 when everything is on the page. */
  overflow: number;
}

/** The database's own header stands before the first page's. */
const databaseHeaderBytes = 100;
const interiorIndex = 2;
const interiorTable = 5;
const leafIndex = 10;
const leafTable = 13;

/** Whether a page can be one of a b-tree; free pages often still are. */
export function isTreePage(page: Buffer, number: number, usable: number): boolean {
  const at = number === 1 ? databaseHeaderBytes : 0;
  const type = page[at];
  if (type !== interiorIndex && type !== interiorTable && type !== leafIndex && type !== leafTable) return false;
  return page.length >= usable && at + headerBytes(type) + 2 * page.readUInt16BE(at + 3) <= usable;
}

function headerBytes(type: number): number {
  return type === interiorIndex || type === interiorTable ? 12 : 8;
}

/** The cells of a b-tree page that have a payload; those that make no sense are left out. Format: 1.6 of SQLite's. */
export function* cellsOf(page: Buffer, number: number, usable: number): Generator<SqliteCell> {
  const at = number === 1 ? databaseHeaderBytes : 0;
  const type = page[at]!;
  if (type === interiorTable) return;
  const pointers = at + headerBytes(type);
  const count = page.readUInt16BE(at + 3);
  for (let index = 0; index < count; index++) {
    const cell = cellAt(page, page.readUInt16BE(pointers + 2 * index), { type, usable });
    if (cell !== undefined) yield { index, ...cell };
  }
}

function cellAt(
  page: Buffer,
  pointer: number,
  { type, usable }: { type: number; usable: number },
): Omit<SqliteCell, 'index'> | undefined {
  const sizeAt = type === interiorIndex ? pointer + 4 : pointer;
  const size = varintAt(page, sizeAt);
  const row = type === leafTable ? varintAt(page, size.end) : size;
  const onPage = localBytes(size.value, usable, type === leafTable);
  const end = row.end + onPage;
  const overflows = onPage < size.value;
  if (size.value < 0 || end + (overflows ? 4 : 0) > usable) return undefined;
  return { size: size.value, local: page.subarray(row.end, end), overflow: overflows ? page.readUInt32BE(end) : 0 };
}

/** How much of a payload is on its page (1.6, "B-tree Cell Format"). */
function localBytes(size: number, usable: number, isTable: boolean): number {
  const most = mostLocal(usable, isTable);
  if (size <= most) return size;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitting = least + ((size - least) % (usable - 4));
  return fitting <= most ? fitting : least;
}

/** The most bytes of a payload that can be on its page. */
export function mostLocal(usable: number, isTable: boolean): number {
  return isTable ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
}

/** A big-endian number of up to nine bytes; the value is -1 where it is larger than any payload. */
export function varintAt(bytes: Buffer, start: number): { value: number; end: number } {
  let value = 0;
  for (let at = start; at < start + 8; at++) {
    const byte = bytes[at] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value: value < 2 ** 32 ? value : -1, end: at + 1 };
  }
  return { value: -1, end: start + 9 };
}
