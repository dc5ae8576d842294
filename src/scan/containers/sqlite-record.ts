import { varintAt } from './sqlite-cells.ts';

/** The texts and blobs of a record, with their place among its columns. Format: "Database File Format" of SQLite, 2.1. */
export function* columnsOf(payload: Buffer): Generator<{ column: number; bytes: Buffer }> {
  const header = varintAt(payload, 0);
  if (header.value < 0 || header.value > payload.length) return;
  let dataAt = header.value;
  let column = 0;
  for (let at = header.end; at < header.value && dataAt <= payload.length; column++) {
    const type = varintAt(payload, at);
    at = type.end;
    const size = sizeOf(type.value);
    if (type.value >= 12) yield { column, bytes: payload.subarray(dataAt, dataAt + size) };
    dataAt += size;
  }
}

/** Of a value, by its serial type: numbers, constants, then blobs (even) and texts (odd). */
function sizeOf(type: number): number {
  return type >= 12 ? Math.floor((type - 12) / 2) : ([0, 1, 2, 3, 4, 6, 8, 8][type] ?? 0);
}
