import { isPageSize, mostReadings, type SqlitePages } from './sqlite-pages.ts';

/**
 * The pages of a database that is too large to be kept, in batches as they come by, each once.
 *
 * Four quarters are held: a batch is two of them (the first three to begin with, at the end all that are left), and chains of pages that
 * lead no further than a quarter before or behind can be followed. SQLite writes the pages of a row next to each other
 * unless it has free ones to use up.
 */
export class SqliteWindow {
  readonly #quarter: number;
  readonly #buffer: Buffer;
  /** Offset in the file of the buffer's first byte; bytes in it; offset up to which pages were given. */
  #base = 0;
  #filled = 0;
  #given = 0;
  #pageBytes = 0;
  #reserved = 0;
  #count = 0;

  /** `quarterBytes`: a multiple of 64 KiB. */
  constructor(quarterBytes: number) {
    this.#quarter = quarterBytes;
    this.#buffer = Buffer.alloc(4 * quarterBytes);
  }

  /** Takes the next bytes; gives the batches that are ready by then, to be used before the next one is asked for. */
  *push(chunk: Uint8Array): Generator<SqlitePages, void, undefined> {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + this.#buffer.length - this.#filled);
      this.#buffer.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled < this.#buffer.length) return;
      yield* this.#batch(this.#base + 3 * this.#quarter);
      this.#buffer.copyWithin(0, 2 * this.#quarter);
      this.#base += 2 * this.#quarter;
      this.#filled -= 2 * this.#quarter;
    }
  }

  *end(): Generator<SqlitePages, void, undefined> {
    yield* this.#batch(this.#base + this.#filled);
  }

  /** Number of the first page that is still held; undefined when the header of the database makes no sense. */
  get first(): number | undefined {
    return isPageSize(this.#pageBytes) ? this.#base / this.#pageBytes + 1 : undefined;
  }

  /** How long the file should be, where its header says so. */
  get declaredBytes(): number {
    return this.#count === Number.MAX_SAFE_INTEGER || !isPageSize(this.#pageBytes) ? 0 : this.#count * this.#pageBytes;
  }

  *#batch(to: number): Generator<SqlitePages, void, undefined> {
    if (this.#base === 0) this.#readHeader();
    const size = this.#pageBytes;
    if (!isPageSize(size) || to <= this.#given) return;
    const [from, end] = [this.#given / size, Math.ceil(to / size)];
    this.#given = to;
    yield {
      usable: size - this.#reserved,
      count: this.#count,
      readings: { left: (mostReadings * this.#filled) / size },
      get: (number) => this.#page(number),
      *numbers() {
        for (let number = from + 1; number <= end; number++) yield number;
      },
    };
  }

  #page(number: number): Buffer | undefined {
    const at = (number - 1) * this.#pageBytes - this.#base;
    if (at < 0 || at >= this.#filled) return undefined;
    return this.#buffer.subarray(at, Math.min(at + this.#pageBytes, this.#filled));
  }

  #readHeader(): void {
    const declared = this.#buffer.readUInt16BE(16);
    this.#pageBytes = declared === 1 ? 65_536 : declared;
    this.#reserved = this.#buffer[20]!;
    // old versions of SQLite left it at zero
    this.#count = this.#buffer.readUInt32BE(28) || Number.MAX_SAFE_INTEGER;
  }
}
