/** The pages of a database, by number from 1. Format: "Database File Format" of SQLite, 1. */
export interface SqlitePages {
  /** Bytes of a page that are used: the rest is reserved for extensions. */
  usable: number;
  /** How many there are; no number is larger. */
  count: number;
  get(number: number): Buffer | undefined;
  /** How often a page may still be read as a part of a chain: a database that was made to exhaust its reader is not followed. */
  readings: { left: number };
  /** Those that are to be searched. */
  numbers(): Iterable<number>;
}

/** Databases hold each page in one chain, logs in as many as there are versions of its row. */
export const mostReadings = 16;

/** Of a whole database file; undefined when its header makes no sense. */
export function databasePages(file: Buffer): SqlitePages | undefined {
  const declared = file.readUInt16BE(16);
  const size = declared === 1 ? 65_536 : declared;
  const usable = size - file[20]!;
  if (!isPageSize(size) || usable < 480) return undefined;
  const count = Math.ceil(file.length / size);
  return {
    usable,
    count,
    readings: { left: mostReadings * count },
    get: (number) => (number < 1 || number > count ? undefined : file.subarray((number - 1) * size, number * size)),
    *numbers() {
      for (let number = 1; number <= count; number++) yield number;
    },
  };
}

/** Whether the file has fewer bytes than its header says (1.3.7: only where both counters agree does it say so). */
export function isCutOff(file: Buffer, { count, usable }: SqlitePages): boolean {
  const size = usable + file[20]!;
  return file.readUInt32BE(24) === file.readUInt32BE(92) && Math.max(count, file.readUInt32BE(28)) * size > file.length;
}

/** Where a database ends that says how many pages it has (1.3.7, as above). */
export function declaredEnd(file: Buffer): number | undefined {
  const size = file.readUInt16BE(16) === 1 ? 65_536 : file.readUInt16BE(16);
  const pages = file.readUInt32BE(28);
  return pages > 0 && isPageSize(size) && file.readUInt32BE(24) === file.readUInt32BE(92) ? pages * size : undefined;
}

export function isPageSize(size: number): boolean {
  return size >= 512 && size <= 65_536 && (size & (size - 1)) === 0;
}
