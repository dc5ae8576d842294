import { isPageSize, mostReadings, type SqlitePages } from './sqlite-pages.ts';

export const walHeaderBytes = 32;
const frameHeaderBytes = 24;

/**
 * The pages of a write-ahead log: one set for each transaction, each with the pages that the log had by then.
 *
 * Frames that were left from before the log was last reset are given too. Undefined when its header makes no sense. Format:
 * "Database File Format" of SQLite, 4.
 */
export function walPages(file: Buffer): Generator<SqlitePages> | undefined {
  const size = file.readUInt32BE(8);
  return isPageSize(size) ? transactions(file, size) : undefined;
}

function* transactions(file: Buffer, size: number): Generator<SqlitePages> {
  const latest = new Map<number, Buffer>();
  let changed = new Set<number>();
  const readings = { left: (mostReadings * file.length) / size };
  let usable = size;
  let count = 0;
  for (let at = walHeaderBytes; at + frameHeaderBytes < file.length; at += frameHeaderBytes + size) {
    const number = file.readUInt32BE(at);
    const page = file.subarray(at + frameHeaderBytes, at + frameHeaderBytes + size);
    // the database's own header says how much of a page is used
    if (number === 1 && page.length > 20) usable = size - page[20]!;
    latest.set(number, page);
    changed.add(number);
    // not zero in the last frame of a transaction: the size of the database in pages
    const committed = file.readUInt32BE(at + 4);
    count = Math.max(count, number, committed);
    if (committed === 0) continue;
    yield { usable, count, readings, get: (wanted) => latest.get(wanted), numbers: () => changed };
    changed = new Set();
  }
  if (changed.size > 0) yield { usable, count, readings, get: (wanted) => latest.get(wanted), numbers: () => changed };
}
