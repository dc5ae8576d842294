import { cellsOf, isTreePage, mostLocal, type SqliteCell } from './sqlite-cells.ts';
import type { SqlitePages } from './sqlite-pages.ts';

/** A payload of a database. */
export interface SqlitePayload {
  /** `page 12 cell 3`. */
  name: string;
  bytes: Buffer;
  /** It was put together from several pages. */
  spread: boolean;
}

/** What could not be put together. */
export interface SqliteGaps {
  /** Chains led to a page that is not there. */
  missing: boolean;
  /** Chains overlap so often that they were not all followed. */
  overlapping: boolean;
}

/**
 * The payloads of a database, put back together: rows and index entries first, as they stand in its b-trees, used or free;
 * then chains of overflow pages that no row leads to any more, with the remains of the row in front where it is found.
 */
export class SqlitePayloads {
  readonly gaps: SqliteGaps = { missing: false, overlapping: false };
  readonly #pages: SqlitePages;
  readonly #followed: Set<number>;

  /** `followed`: pages that rows of other batches of the same file lead to; those of this one are added. */
  constructor(pages: SqlitePages, followed = new Set<number>()) {
    this.#pages = pages;
    this.#followed = followed;
  }

  *rows(): Generator<SqlitePayload> {
    for (const { number, page } of this.#treePages()) {
      for (const cell of cellsOf(page, number, this.#pages.usable))
        yield { name: `page ${number} cell ${cell.index}`, bytes: this.#whole(cell), spread: cell.overflow > 0 };
    }
  }

  /** To be called when all rows were read. */
  *remains(): Generator<SqlitePayload> {
    const chains = this.#abandoned();
    if (chains.size === 0) return;
    for (const [page, local] of this.#stumps(chains)) yield this.#remainder(page, local);
    for (const page of chains) if (!this.#followed.has(page)) yield this.#remainder(page, Buffer.alloc(0));
  }

  #remainder(page: number, local: Buffer): SqlitePayload {
    const bytes = Buffer.concat([local, ...this.#chain(page, Number.POSITIVE_INFINITY)]);
    return { name: `page ${page}`, bytes, spread: true };
  }

  *#treePages(): Generator<{ number: number; page: Buffer }> {
    for (const number of this.#pages.numbers()) {
      const page = this.#pages.get(number);
      if (page !== undefined && isTreePage(page, number, this.#pages.usable)) yield { number, page };
    }
  }

  #whole({ local, overflow, size }: SqliteCell): Buffer {
    return overflow === 0 ? local : Buffer.concat([local, ...this.#chain(overflow, size - local.length)]);
  }

  /** The contents of overflow pages that follow each other, up to `size` bytes. */
  #chain(first: number, size: number): Buffer[] {
    const parts: Buffer[] = [];
    const seen = new Set<number>();
    let left = size;
    for (let number = first; left > 0 && number !== 0 && !seen.has(number); ) {
      const page = this.#pages.get(number);
      if (page === undefined || page.length < 4) {
        // a row that is free space by now may lead anywhere
        this.gaps.missing ||= number <= this.#pages.count && size !== Number.POSITIVE_INFINITY;
        break;
      }
      if (--this.#pages.readings.left < 0) {
        this.gaps.overlapping = true;
        break;
      }
      seen.add(number);
      this.#followed.add(number);
      const part = page.subarray(4, Math.min(this.#pages.usable, 4 + left));
      parts.push(part);
      left -= part.length;
      number = page.readUInt32BE(0);
    }
    return parts;
  }

  /** Pages of no b-tree and no row, those first that no other of them leads to. */
  #abandoned(): Set<number> {
    const pages = new Map<number, number>();
    for (const number of this.#pages.numbers()) {
      const page = this.#pages.get(number);
      if (page === undefined || page.length < 4 || this.#followed.has(number)) continue;
      if (!isTreePage(page, number, this.#pages.usable)) pages.set(number, page.readUInt32BE(0));
    }
    const ledTo = new Set(pages.values());
    const numbers = [...pages.keys()];
    return new Set([
      ...numbers.filter((number) => !ledTo.has(number)),
      ...numbers.filter((number) => ledTo.has(number)),
    ]);
  }

  /** What stands before a chain's number on a b-tree page: a free cell keeps it, as only its first four bytes are written over. */
  *#stumps(chains: ReadonlySet<number>): Generator<[number, Buffer]> {
    const most = mostLocal(this.#pages.usable, true);
    for (const { page } of this.#treePages()) {
      for (let at = 0; at + 4 <= page.length; at++) {
        // almost all bytes are no number of a page
        if (page[at] !== 0) continue;
        const number = page.readUInt32BE(at);
        if (number > 0 && chains.has(number)) yield [number, page.subarray(Math.max(0, at - most), at)];
      }
    }
  }
}
