import type { Sink } from '../../image/index.ts';
import type { Container, Host, Opened } from './container.ts';
import { startsWith } from './magic.ts';
import { databasePages, isCutOff, type SqlitePages } from './sqlite-pages.ts';
import { type SqlitePayload, SqlitePayloads } from './sqlite-payloads.ts';
import { columnsOf } from './sqlite-record.ts';
import { walHeaderBytes, walPages } from './sqlite-wal.ts';

const databaseHeaderBytes = 100;
const walMagics = ['\x37\x7f\x06\x82', '\x37\x7f\x06\x83'];
/** Overflow pages may be anywhere, so the file is kept in memory. */
const mostBytes = 64 * 1024 * 1024;
/** A wrapper that is shorter holds no value that could be searched for. */
const shortestWrapper = 24;
/** Before each payload: what ends one and begins the next is not read as one text, and nothing begins like a wrapper. */
const gap = Buffer.alloc(64);

/**
 * SQLite: rows that are longer than their page, put back together, and wrappers in texts and blobs.
 *
 * A file of more than 64 MiB is searched page by page only, as it stands, and counted. Format: sqlite.org/fileformat2.html.
 */
export const sqlite: Container = {
  name: 'sqlite',
  first: 'S',
  detect: (head) => head.length >= databaseHeaderBytes && startsWith(head, 'SQLite format 3\0'),
  open: (host) =>
    new SqliteSink(host, 'sqlite (large)', (file) => {
      const pages = databasePages(file);
      if (pages !== undefined && isCutOff(file, pages)) host.damaged('the database is cut off');
      return pages && [pages];
    }),
};

/** The write-ahead log beside a database (`-wal`): pages that are not in the database yet, or were before. */
export const sqliteWal: Container = {
  name: 'sqlite wal',
  first: '7',
  detect: (head) => head.length >= walHeaderBytes && walMagics.some((magic) => startsWith(head, magic)),
  open: (host) => new SqliteSink(host, 'sqlite wal (large)', walPages),
};

class SqliteSink implements Opened {
  done = false;
  readonly #host: Host;
  readonly #large: string;
  readonly #read: (file: Buffer) => Iterable<SqlitePages> | undefined;
  #chunks: Uint8Array[] = [];
  #size = 0;

  constructor(host: Host, large: string, read: (file: Buffer) => Iterable<SqlitePages> | undefined) {
    this.#host = host;
    this.#large = large;
    this.#read = read;
  }

  push(chunk: Uint8Array): Promise<void> {
    this.#size += chunk.length;
    if (!this.done && this.#size > mostBytes) {
      this.close();
      this.#host.notOpened(this.#large);
    }
    if (!this.done) this.#chunks.push(Uint8Array.from(chunk));
    return Promise.resolve();
  }

  async end(): Promise<void> {
    if (this.done) return;
    const file = Buffer.concat(this.#chunks);
    this.close();
    const databases = this.#read(file);
    if (databases === undefined) this.#host.damaged('the header of the database cannot be read');
    else await this.#search(databases);
  }

  close(): void {
    this.done = true;
    this.#chunks = [];
  }

  async #search(databases: Iterable<SqlitePages>): Promise<void> {
    // what their columns hold is opened by itself
    const joined = this.#host.decoded(undefined, true);
    // nothing is known of where columns begin
    const remains = this.#host.decoded();
    const gaps = { missing: false, overlapping: false };
    for (const pages of databases) {
      const payloads = new SqlitePayloads(pages);
      for (const payload of payloads.rows()) {
        // what is on one page was searched where it stands
        if (payload.spread) await push(joined, payload.bytes);
        await this.#openColumns(payload);
      }
      for (const { bytes } of payloads.remains()) await push(remains, bytes);
      gaps.missing ||= payloads.gaps.missing;
      gaps.overlapping ||= payloads.gaps.overlapping;
    }
    await joined.end();
    await remains.end();
    if (gaps.missing) this.#host.notOpened('sqlite row with pages elsewhere');
    if (gaps.overlapping) this.#host.notOpened('sqlite rows that overlap');
  }

  async #openColumns({ name, bytes }: SqlitePayload): Promise<void> {
    for (const { column, bytes: content } of columnsOf(bytes)) {
      if (content.length < shortestWrapper || !this.#host.worthOpening(content, undefined, true)) continue;
      const member = this.#host.decoded(`${name} column ${column}`);
      await member.push(content);
      await member.end();
    }
  }
}

async function push(joined: Sink, bytes: Uint8Array): Promise<void> {
  await joined.push(gap);
  await joined.push(bytes);
}
