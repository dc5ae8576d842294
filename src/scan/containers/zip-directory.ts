/** What the directory of a zip says of a member, as far as it says where the member's bytes are. */
export interface DirectoryEntry {
  method: number;
  compressedSize: number;
  /** Of its local header: from the beginning of the file, or of the zip in it. */
  offset: number;
}

/** How an entry of the directory compares with what was read before it. */
export type Comparison = 'same' | 'missing' | 'different';

/**
 * The members that were read by their local headers, to be compared with the directory, by which other readers go.
 *
 * A directory may name members that lie within others, or give them other sizes: their bytes were not seen then.
 */
export class ZipDirectory {
  readonly #offsets: number[] = [];
  /** Method and size of each; -1 where the size stands behind the member. */
  readonly #methods: number[] = [];
  readonly #sizes: number[] = [];
  /** What to add to an entry's offset. */
  readonly #shifts: number[] = [0];

  /** Directories may also count from another place. */
  addShift(shift: number): void {
    if (!this.#shifts.includes(shift)) this.#shifts.push(shift);
  }

  /** In the order of their offsets. */
  addLocal(offset: number, method: number, size: number | undefined): void {
    this.#offsets.push(offset);
    this.#methods.push(method);
    this.#sizes.push(size ?? -1);
  }

  compare({ method, compressedSize, offset }: DirectoryEntry): Comparison {
    let found: Comparison = 'missing';
    for (const shift of this.#shifts) {
      const index = this.#find(offset + shift);
      if (index < 0) continue;
      const size = this.#sizes[index]!;
      if (this.#methods[index] === method && (size < 0 || size === compressedSize)) return 'same';
      found = 'different';
    }
    return found;
  }

  #find(offset: number): number {
    let low = 0;
    let high = this.#offsets.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#offsets[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return this.#offsets[low] === offset ? low : -1;
  }
}
