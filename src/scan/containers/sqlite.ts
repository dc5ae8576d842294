import { openBehind } from './behind.ts';
import type { Container, Host, Opened } from './container.ts';
import { startsWith } from './magic.ts';
import { databasePages, declaredEnd, isCutOff, type SqlitePages } from './sqlite-pages.ts';
import { SqliteRows } from './sqlite-rows.ts';
import { walHeaderBytes, walPages } from './sqlite-wal.ts';
import { SqliteWindow } from './sqlite-window.ts';

const databaseHeaderBytes = 100;
const walMagics = ['\x37\x7f\x06\x82', '\x37\x7f\x06\x83'];
/** Overflow pages may be anywhere, so the file is kept in memory. */
const mostBytes = 64 * 1024 * 1024;
/** Of a larger file so much is kept, beside what was until it turned out to be one. */
const windowBytes = 32 * 1024 * 1024;
/**
 * SQLite: rows that are longer than their page, put back together, and wrappers in texts and blobs.
 *
 * Of a file of more than 64 MiB, rows whose pages are too far from each other are searched as they stand only, and counted. Format:
 * sqlite.org/fileformat2.html.
 */
export const sqlite: Container = {
  name: 'sqlite',
  first: 'S',
  detect: (head) => head.length >= databaseHeaderBytes && startsWith(head, 'SQLite format 3\0'),
  open: (host) =>
    new SqliteSink(host, {
      read: (file) => {
        const pages = databasePages(file);
        if (pages !== undefined && isCutOff(file, pages)) host.damaged('the database is cut off');
        return pages && [pages];
      },
      end: declaredEnd,
      window: () => new SqliteWindow(windowBytes / 4),
    }),
};

/** The write-ahead log beside a database (`-wal`): pages that are not in the database yet, or were before. */
export const sqliteWal: Container = {
  name: 'sqlite wal',
  first: '7',
  detect: (head) => head.length >= walHeaderBytes && walMagics.some((magic) => startsWith(head, magic)),
  open: (host) => new SqliteSink(host, { read: walPages, large: 'sqlite wal (large)' }),
};

interface SqliteFormat {
  /** The pages of a whole file; undefined when its header cannot be read. */
  read(file: Buffer): Iterable<SqlitePages> | undefined;
  /** Where a whole file ends by its own word; undefined when it does not say. */
  end?(file: Buffer): number | undefined;
  /** What a file is read by that is too large to be kept. */
  window?: () => SqliteWindow;
  /** What it is counted as where there is none. */
  large?: string;
}

class SqliteSink implements Opened {
  done = false;
  readonly #host: Host;
  readonly #format: SqliteFormat;
  #chunks: Uint8Array[] = [];
  #size = 0;
  #window: SqliteWindow | undefined;
  #rows: SqliteRows | undefined;

  constructor(host: Host, format: SqliteFormat) {
    this.#host = host;
    this.#format = format;
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (this.done) return;
    this.#size += chunk.length;
    if (this.#window !== undefined) await this.#search(this.#window.push(chunk));
    else {
      this.#chunks.push(Uint8Array.from(chunk));
      if (this.#size > mostBytes) await this.#overflow();
    }
  }

  async end(): Promise<void> {
    if (this.done) return;
    const file = Buffer.concat(this.#chunks);
    const pages = this.#window === undefined ? this.#format.read(file) : this.#window.end();
    this.#chunks = [];
    if (pages !== undefined) await this.#search(pages);
    if (pages === undefined || (this.#window !== undefined && this.#window.first === undefined))
      this.#host.damaged('the header of the database cannot be read');
    if ((this.#window?.declaredBytes ?? 0) > this.#size) this.#host.damaged('the database is cut off');
    await this.#rows?.end();
    if (this.#window === undefined) await this.#openRest(file);
    this.close();
  }

  async #openRest(file: Buffer): Promise<void> {
    const behind = openBehind(this.#host);
    await behind.push(file.subarray(this.#format.end?.(file) ?? file.length));
    await behind.end();
  }

  close(): void {
    this.done = true;
    this.#rows?.close();
    this.#chunks = [];
    this.#window = undefined;
  }

  async #overflow(): Promise<void> {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#window = this.#format.window?.();
    if (this.#window === undefined) {
      this.#host.notOpened(this.#format.large ?? 'sqlite (large)');
      this.close();
    } else for (const chunk of chunks) await this.#search(this.#window.push(chunk));
  }

  async #search(databases: Iterable<SqlitePages>): Promise<void> {
    this.#rows ??= new SqliteRows(this.#host);
    for (const pages of databases) {
      const window = this.#window;
      await this.#rows.search(pages, window !== undefined);
      if (window?.first !== undefined) this.#rows.forget(window.first);
    }
  }
}
