import { isZero, type Sink } from '../../image/index.ts';
import type { Host } from './container.ts';
import type { SqlitePages } from './sqlite-pages.ts';
import { type SqlitePayload, SqlitePayloads } from './sqlite-payloads.ts';
import { columnsOf } from './sqlite-record.ts';

/** A wrapper that is shorter holds no value that could be searched for. */
const shortestWrapper = 24;
/** Before each payload: what ends one and begins the next is not read as one text, and nothing begins like a wrapper. */
const gap = Buffer.alloc(64);

/** Searches the rows of a database, or of each transaction of a log. */
export class SqliteRows {
  readonly #host: Host;
  /** What their columns hold is opened by itself; of what no row leads to nobody knows where columns begin. */
  readonly #joined: Sink;
  readonly #remains: Sink;
  /** Pages of a file that comes in batches, which rows lead to. */
  readonly #followed = new Set<number>();
  #missing = false;
  #overlapping = false;

  constructor(host: Host) {
    this.#host = host;
    this.#joined = host.decoded(undefined, true);
    this.#remains = host.decoded();
  }

  /** `batch`: the pages are a part of the file, and others were or will be given. */
  async search(pages: SqlitePages, batch: boolean): Promise<void> {
    const payloads = new SqlitePayloads(pages, batch ? this.#followed : undefined);
    for (const payload of payloads.rows()) {
      // what is on one page was searched where it stands
      if (payload.spread) await push(this.#joined, payload.bytes);
      await this.#openColumns(payload);
    }
    for (const { bytes } of payloads.remains()) await push(this.#remains, bytes);
    this.#missing ||= payloads.gaps.missing;
    this.#overlapping ||= payloads.gaps.overlapping;
  }

  /** Nothing will be asked about pages before this one. */
  forget(first: number): void {
    for (const number of this.#followed) if (number < first) this.#followed.delete(number);
  }

  async end(): Promise<void> {
    await this.#joined.end();
    await this.#remains.end();
    if (this.#missing) this.#host.notOpened('sqlite row with pages elsewhere');
    if (this.#overlapping) this.#host.notOpened('sqlite rows that overlap');
  }

  close(): void {
    this.#joined.close();
    this.#remains.close();
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

async function push(sink: Sink, bytes: Uint8Array): Promise<void> {
  // free pages are often empty
  if (!isZero(bytes)) await sink.push(Buffer.concat([gap, bytes]));
}
