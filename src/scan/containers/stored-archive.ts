import type { RawAttributes, Sink } from '../../image/index.ts';
import { openBehind } from './behind.ts';
import type { Host, Located, Opened, StoredMember } from './container.ts';
import { Segments } from './segments.ts';

/** What `detect` of every wrapper can make use of. */
const headBytes = 512;

/** A file of an archive whose bytes lie in it as they are. */
export interface ArchiveMember {
  path: string;
  /** Stored bytes. */
  size: number;
  /** A tar's type flag. */
  type: string;
  attributes?: RawAttributes;
}

/**
 * What the reader of an archive wants next.
 *
 * `bytes`: so many, handed to it whole; with `last` the archive may also end before them. `line`: up to a line feed, `most`
 * bytes at most. `member`: the file that begins here. `skip`: bytes that mean nothing. `zeros`: all zeros that come.
 * `rest`: everything to the end is one wrapper, whose first bytes (`head`) were taken already; `sealed` is the kind that is
 * counted when it is none that is known.
 */
export type Wanted =
  | { kind: 'bytes'; count: number; last?: boolean }
  | { kind: 'line'; most: number }
  | { kind: 'member'; member: ArchiveMember }
  | { kind: 'skip'; count: number }
  | { kind: 'zeros' }
  | { kind: 'rest'; path: string; head?: Buffer; sealed?: string };

/**
 * Reads the headers of an archive: is given the bytes that it asked for, and returns when there is nothing more of it, with those
 * that it could not read.
 */
export type ArchiveReader = Generator<Wanted, Buffer | undefined, Buffer>;

const nothing = Buffer.alloc(0);

/** An archive that streams by: its bytes are searched as they stand; this names what lies where, and opens what is a wrapper. */
export class StoredArchive implements Opened {
  readonly #name: string;
  readonly #host: Host;
  readonly #segments: Segments;
  readonly #reader: ArchiveReader;
  #wanted: Wanted = { kind: 'skip', count: 0 };
  #gathered: Uint8Array[] = [];
  /** Bytes that are still wanted. */
  #left = 0;
  #offset = 0;
  /** Where the headers of the next member begin. */
  #start = 0;
  #dataStart = 0;
  #inner: StoredMember | undefined;
  #undecided = false;
  /** What the reader left, once it has returned. */
  #behind: Sink | undefined;
  #closed = false;

  constructor(name: string, host: Host, reader: ArchiveReader) {
    this.#name = name;
    this.#host = host;
    this.#reader = reader;
    this.#segments = new Segments(host.reach);
  }

  get done(): boolean {
    return this.#closed || this.#behind?.done === true;
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (this.#offset === 0) await this.#ask(nothing);
    for (let at = 0; at < chunk.length && !this.done; ) {
      if (this.#behind !== undefined) return this.#behind.push(chunk.subarray(at));
      const taken = this.#share(chunk, at);
      const bytes = chunk.subarray(at, at + taken);
      at += taken;
      this.#offset += taken;
      this.#left -= taken;
      await this.#take(bytes);
      // zeros are over where something else stands
      if (this.#left === 0 || (this.#wanted.kind === 'zeros' && at < chunk.length)) await this.#leave();
    }
  }

  async end(): Promise<void> {
    const wanted = this.#wanted;
    const atEdge =
      this.done ||
      this.#behind !== undefined ||
      wanted.kind === 'rest' ||
      wanted.kind === 'zeros' ||
      (wanted.kind === 'bytes' && wanted.last === true && this.#gathered.length === 0);
    if (!atEdge) this.#host.damaged(`the ${this.#name} archive is cut off`);
    // too short for a header, but it may be something else
    if (!atEdge && wanted.kind === 'bytes' && wanted.last === true) await this.#goBehind(Buffer.concat(this.#gathered));
    if (wanted.kind === 'rest' && this.#undecided) {
      const rest = Buffer.concat(this.#gathered);
      this.#decide(rest, true);
      await this.#inner?.push(rest);
    }
    await this.#inner?.end();
    this.#inner = undefined;
    await this.#behind?.end();
    this.#closed = true;
  }

  close(): void {
    this.#closed = true;
    this.#inner?.close();
    this.#behind?.close();
  }

  locate(offset: number): Located {
    return this.#segments.locate(offset);
  }

  /** How many of the bytes from `at` on belong to what is wanted. */
  #share(chunk: Uint8Array, at: number): number {
    if (this.#wanted.kind === 'line') {
      const feed = chunk.indexOf(10, at);
      if (feed < 0 || feed + 1 - at > this.#left) return Math.min(this.#left, chunk.length - at);
      this.#left = feed + 1 - at;
    } else if (this.#wanted.kind === 'zeros') {
      let end = at;
      while (end < chunk.length && chunk[end] === 0) end += 1;
      return end - at;
    }
    return Math.min(this.#left, chunk.length - at);
  }

  async #take(bytes: Uint8Array): Promise<void> {
    const { kind } = this.#wanted;
    // a copy: the chunk is the caller's again before the header is whole
    if (kind === 'bytes' || kind === 'line') this.#gathered.push(Uint8Array.from(bytes));
    else if (kind === 'member') {
      if (this.#undecided) this.#decide(bytes);
      await this.#inner?.push(bytes);
    } else if (kind === 'rest') await this.#takeRest(bytes);
  }

  /** Nobody knows how long it is: its head is gathered, so that what it is can be told at its end too. */
  async #takeRest(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    if (this.#undecided) {
      this.#gathered.push(Uint8Array.from(bytes));
      rest = Buffer.concat(this.#gathered);
      if (rest.length < headBytes) return;
      this.#decide(rest);
    }
    await this.#inner?.push(rest);
  }

  /** What was wanted is there. */
  async #leave(): Promise<void> {
    await this.#inner?.end();
    this.#inner = undefined;
    await this.#ask(Buffer.concat(this.#gathered));
  }

  async #goBehind(unread: Buffer = nothing): Promise<void> {
    this.#behind = openBehind(this.#host);
    await this.#behind.push(unread);
  }

  /** Lets the reader go on, up to where it wants bytes. */
  async #ask(answer: Buffer): Promise<void> {
    let given = answer;
    do {
      const before = this.#wanted.kind;
      const { value, done } = this.#reader.next(given);
      given = nothing;
      this.#gathered = [];
      if (done) {
        await this.#goBehind(value);
        return;
      }
      if (before !== 'bytes' && before !== 'line') this.#start = this.#offset;
      this.#wanted = value;
      await this.#begin(value);
    } while (this.#left === 0);
  }

  async #begin(wanted: Wanted): Promise<void> {
    switch (wanted.kind) {
      case 'bytes':
      case 'skip':
        this.#left = wanted.count;
        return;
      case 'line':
        this.#left = wanted.most;
        return;
      case 'zeros':
        this.#left = Number.POSITIVE_INFINITY;
        return;
      case 'member':
        this.#host.memberSeen(wanted.member.path, wanted.member.type);
        this.#enter(wanted.member);
        return;
      case 'rest':
        this.#offset -= wanted.head?.length ?? 0;
        this.#enter({ path: wanted.path, size: Number.POSITIVE_INFINITY, type: '0' });
        if (wanted.head === undefined) return;
        this.#offset += wanted.head.length;
        await this.#take(wanted.head);
    }
  }

  #enter(member: ArchiveMember): void {
    this.#left = member.size;
    this.#dataStart = this.#offset;
    this.#undecided = true;
    this.#note(member, undefined);
  }

  /** `atEnd`: of a rest, that nothing comes behind these bytes. */
  #decide(bytes: Uint8Array, atEnd = false): void {
    this.#undecided = false;
    const wanted = this.#wanted as Extract<Wanted, { kind: 'member' | 'rest' }>;
    const member =
      wanted.kind === 'member' ? wanted.member : { path: wanted.path, size: Number.POSITIVE_INFINITY, type: '0' };
    // only a member's head that is cut by the chunk's end has to wait
    const whole = wanted.kind === 'rest' || bytes.length >= Math.min(headBytes, member.size);
    const complete = atEnd || bytes.length >= member.size;
    const sealed = wanted.kind === 'rest' ? wanted.sealed : undefined;
    if (sealed !== undefined && !this.#host.isWrapper(bytes, member.path, complete)) {
      this.#host.notOpened(sealed, member.path);
      return;
    }
    if (whole && !this.#host.worthOpening(bytes, member.path, complete)) return;
    this.#inner = this.#host.stored(member.path, member.attributes);
    this.#note(member, this.#inner);
  }

  #note({ path, size, attributes }: ArchiveMember, inner: StoredMember | undefined): void {
    this.#segments.add({
      container: this.#name,
      path,
      start: this.#start,
      dataStart: this.#dataStart,
      dataEnd: this.#dataStart + size,
      ...(attributes === undefined ? {} : { attributes }),
      ...(inner === undefined ? {} : { inner }),
    });
  }
}
