/** What the directory of a zip says of a member, as far as it says where the member's bytes are. */
export interface DirectoryEntry {
  method: number;
  encrypted: boolean;
  compressedSize: number;
  /** Of its local header: from the beginning of the file, or of the zip in it. */
  offset: number;
}

/** What the end of a directory says of it. */
export interface DirectoryEnd {
  entries: number;
  bytes: number;
  /** Counted from where the entries' offsets are. */
  offset: number;
}

/** How an entry of the directory compares with what was read before it. */
export type Comparison = 'same' | 'missing' | 'different';

/**
 * The members that were read by their local headers, to be compared with the directory, by which other readers go.
 *
 * A directory may name members that lie within others, or give them other sizes: their bytes were not seen then. It may itself
 * lie within a member, or count from a place where other members are.
 */
export class ZipDirectory {
  readonly #offsets: number[] = [];
  /** Method and size of each; -1 where the size stands behind the member. An encrypted one has its method's complement. */
  readonly #methods: number[] = [];
  readonly #sizes: number[] = [];
  /** What to add to an entry's offset. */
  readonly #shifts: number[] = [0];
  /** Of the directory that is being read: shifts with which some entry does not fit. */
  readonly #unfit = new Set<number>();
  /** An entry fits with none: that is told already. */
  #told = false;
  #entries = 0;
  #start = 0;
  #bytes = 0;

  /** Directories may also count from another place. */
  addShift(shift: number): void {
    if (!this.#shifts.includes(shift)) this.#shifts.push(shift);
  }

  /** In the order of their offsets. */
  addLocal(offset: number, method: number, size: number | undefined, encrypted = false): void {
    this.#offsets.push(offset);
    this.#methods.push(encrypted ? ~method : method);
    this.#sizes.push(size ?? -1);
  }

  /** `start`, `bytes`: where the entry itself is, and how long. */
  compare(entry: DirectoryEntry, start: number, bytes: number): Comparison {
    if (this.#entries === 0) this.#start = start;
    this.#entries += 1;
    this.#bytes += bytes;
    let found: Comparison = 'missing';
    for (const [at, shift] of this.#shifts.entries()) {
      const comparison = this.#compareAt(entry, entry.offset + shift);
      if (comparison !== 'same') this.#unfit.add(at);
      if (found !== 'same' && comparison !== 'missing') found = comparison;
    }
    this.#told ||= found !== 'same';
    return found;
  }

  /**
   * Whether the directory that ends is the one that was read, as far as its end says which it is. The next one begins.
   *
   * `wide`: what the zip64 end says; some readers believe that one, and some the other.
   */
  endsAs(end: Partial<DirectoryEnd>, wide: DirectoryEnd | undefined): boolean {
    const { entries, bytes, offset } = { ...wide, ...end };
    const known = entries !== undefined && bytes !== undefined && offset !== undefined;
    const agree = wide === undefined || (wide.entries === entries && wide.bytes === bytes && wide.offset === offset);
    const whole = known && entries <= this.#entries && bytes <= this.#bytes;
    const holds = agree && whole && (entries === 0 || this.#fitsFrom(offset));
    this.#unfit.clear();
    this.#told = false;
    this.#entries = 0;
    this.#bytes = 0;
    return holds;
  }

  #fitsFrom(offset: number): boolean {
    const shift = this.#shifts.indexOf(this.#start - offset);
    return this.#told || (shift >= 0 && !this.#unfit.has(shift));
  }

  #compareAt({ method, encrypted, compressedSize }: DirectoryEntry, offset: number): Comparison {
    const index = this.#find(offset);
    if (index < 0) return 'missing';
    const size = this.#sizes[index]!;
    const same = this.#methods[index] === (encrypted ? ~method : method) && (size < 0 || size === compressedSize);
    return same ? 'same' : 'different';
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
