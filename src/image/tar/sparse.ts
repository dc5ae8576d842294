/** Where the stored bytes of a sparse file belong; what no piece covers is zeros. */
export interface SparseMap {
  /** Offset and length of each piece, in the order in which they are stored; ascending. */
  pieces: readonly number[];
  /** Bytes of the whole file. */
  size: number;
}

/** What the pax records `GNU.sparse.*` say, of all versions of the format. */
export interface SparseRecords {
  /** Offset and length of each piece; empty in version 1.0, which has them at the beginning of the body. */
  numbers: number[];
  /** Bytes of the whole file. */
  size: number | undefined;
  major: number;
  minor: number;
}

/**
 * Makes sense of a sparse file's map: `numbers` are offset and length of each piece, `stored` its bytes in the archive.
 *
 * Undefined when pieces overlap, go back, reach behind the end of the file, or are not what is stored.
 */
export function sparseMapOf(numbers: readonly number[], stored: number, size: number): SparseMap | undefined {
  if (numbers.length % 2 !== 0) return undefined;
  let end = 0;
  let sum = 0;
  for (let at = 0; at < numbers.length; at += 2) {
    const [offset, length] = [numbers[at]!, numbers[at + 1]!];
    if (offset < end) return undefined;
    end = offset + length;
    sum += length;
  }
  return end <= size && sum === stored && Number.isSafeInteger(size) ? { pieces: numbers, size } : undefined;
}

/** Whether there is anything to put together: a map may also say that the file is stored as it is. */
export function hasHoles({ pieces, size }: SparseMap): boolean {
  let end = 0;
  for (let at = 0; at < pieces.length && pieces[at] === end; at += 2) end += pieces[at + 1]!;
  return end < size;
}

export function isNumber(text: string): boolean {
  return /^[0-9]{1,15}$/.test(text);
}
