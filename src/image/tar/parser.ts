import { blockSize, decodeText, isZero, parseHeader, type TarHeader } from './header.ts';
import { type PaxFields, parsePax } from './pax.ts';

/** A member of a tar and where it lies in the tar's bytes. */
export interface TarMember {
  /** As written. */
  path: string;
  /** Type flag, see TarHeader. */
  type: string;
  link: string;
  /** Low twelve bits of the mode, and the owner; undefined or empty where the headers do not say. */
  mode: number | undefined;
  uid: number | undefined;
  gid: number | undefined;
  user: string;
  group: string;
  /** Offset of the first header block that belongs to it, pax and long-name headers included. */
  start: number;
  /** Offset of its body. */
  dataStart: number;
  /** Stored bytes of its body. */
  size: number;
}

/**
 * What the bytes of a tar turn out to be, in order. Every byte pushed comes back in exactly one `data` or `frame`.
 *
 * `frame`: headers, pax bodies, padding, end marker, and whatever is no member.
 */
export type TarEvent =
  | { kind: 'member'; member: TarMember }
  | { kind: 'data'; bytes: Uint8Array }
  | { kind: 'end' }
  | { kind: 'frame'; bytes: Uint8Array }
  | { kind: 'damage'; why: string };

/** Long names and pax headers are kept whole; GNU tar and Go stop at 1 MiB too. */
const maxSpecialBytes = 1024 * 1024;

type State = 'header' | 'sparse-map' | 'data' | 'special' | 'padding';

/**
 * Reads a tar as it streams by, without copying bodies.
 *
 * Understands ustar, GNU (long names and links, base-256 numbers, sparse maps) and pax (path, linkpath, size; local and
 * global). Reading goes on behind the end marker, and behind a broken header at the next block that is one, so that
 * nothing hides there: Docker's own reader stops earlier, other tools do not.
 */
export class TarParser {
  /** Whether an end marker (a block of zeros) was seen last. */
  ended = false;
  readonly #frames: boolean;
  #events: TarEvent[] = [];
  #state: State = 'header';
  #offset = 0;
  readonly #block = new Uint8Array(blockSize);
  #filled = 0;
  /** Bytes left in the current body or padding. */
  #left = 0;
  #padding = 0;
  #memberOpen = false;
  /** Start of the member that is being put together. */
  #start: number | undefined;
  #header: TarHeader | undefined;
  #special: { type: string; bytes: Uint8Array; filled: number } | undefined;
  #longName: string | undefined;
  #longLink: string | undefined;
  #pax: PaxFields = {};
  #globalPax: PaxFields = {};
  #lost = false;

  /** `frames: false` leaves out the `frame` events, for who searches the tar's bytes as they are. */
  constructor({ frames = true }: { frames?: boolean } = {}) {
    this.#frames = frames;
  }

  /**
   * Events of the next bytes. `bytes` of an event are views into `chunk`.
   *
   * All at once: a layer has hundreds of thousands of them, and a generator's step for each costs more than the reading.
   */
  feed(chunk: Uint8Array): readonly TarEvent[] {
    this.#events = [];
    for (let at = 0; at < chunk.length; )
      at +=
        this.#state === 'header' || this.#state === 'sparse-map'
          ? this.#takeBlock(chunk, at)
          : this.#takeBody(chunk, at);
    return this.#events;
  }

  /** A header's block comes in any pieces. */
  #takeBlock(chunk: Uint8Array, at: number): number {
    const bytes = chunk.subarray(at, at + blockSize - this.#filled);
    this.#block.set(bytes, this.#filled);
    this.#filled += bytes.length;
    this.#offset += bytes.length;
    if (this.#frames) this.#events.push({ kind: 'frame', bytes });
    if (this.#filled === blockSize) {
      this.#filled = 0;
      if (this.#state === 'header') this.#readHeader();
      else this.#readSparseMap();
    }
    return bytes.length;
  }

  #takeBody(chunk: Uint8Array, at: number): number {
    const bytes = chunk.subarray(at, at + this.#left);
    this.#offset += bytes.length;
    this.#left -= bytes.length;
    if (this.#state === 'data') this.#events.push({ kind: 'data', bytes });
    else {
      if (this.#special !== undefined && this.#state === 'special') this.#keep(this.#special, bytes);
      if (this.#frames) this.#events.push({ kind: 'frame', bytes });
    }
    if (this.#left === 0) this.#leave();
    return bytes.length;
  }

  /** The bytes are over: says what is missing. */
  end(): readonly TarEvent[] {
    this.#events = [];
    if (this.#memberOpen) {
      this.#events.push({ kind: 'damage', why: 'the tar ends inside a member' });
      this.#memberOpen = false;
      this.#events.push({ kind: 'end' });
    } else if (this.#state !== 'header') this.#events.push({ kind: 'damage', why: 'the tar ends inside a member' });
    else if (this.#filled > 0 && !isZero(this.#block.subarray(0, this.#filled)))
      this.#events.push({ kind: 'damage', why: 'the tar ends inside a header' });
    else if (this.#start !== undefined)
      this.#events.push({ kind: 'damage', why: 'the tar ends between a header and its member' });
    return this.#events;
  }

  #readHeader(): void {
    const header = parseHeader(this.#block);
    if (header === undefined || isZero(this.#block)) {
      this.ended = isZero(this.#block);
      if (!this.ended && !this.#lost) {
        this.#lost = true;
        this.#events.push({ kind: 'damage', why: 'a block of the tar is no header' });
      }
      return;
    }
    this.ended = false;
    this.#lost = false;
    this.#start ??= this.#offset - blockSize;
    this.#header = header;
    if (header.extended) {
      this.#state = 'sparse-map';
      return;
    }
    this.#enter(header);
  }

  #readSparseMap(): void {
    // the last byte in use says whether another block follows (GNU tar manual, "Storing Sparse Files", old format)
    if (this.#block[504] !== 0) return;
    this.#enter(this.#header!);
  }

  #enter(header: TarHeader): void {
    if ('LKxg'.includes(header.type)) {
      this.#enterSpecial(header);
      if (header.size > maxSpecialBytes)
        this.#events.push({ kind: 'damage', why: 'an extended header of the tar is larger than 1 MiB' });
      if (header.size === 0) this.#leave();
      return;
    }
    const size = this.#pax.size ?? this.#globalPax.size ?? header.size;
    const member: TarMember = {
      path: this.#pax.path ?? this.#longName ?? this.#globalPax.path ?? header.name,
      link: this.#pax.linkpath ?? this.#longLink ?? this.#globalPax.linkpath ?? header.link,
      type: header.type,
      mode: header.mode,
      uid: this.#pax.uid ?? this.#globalPax.uid ?? header.uid,
      gid: this.#pax.gid ?? this.#globalPax.gid ?? header.gid,
      user: this.#pax.uname ?? this.#globalPax.uname ?? header.user,
      group: this.#pax.gname ?? this.#globalPax.gname ?? header.group,
      start: this.#start!,
      dataStart: this.#offset,
      // pax sizes of header-only members are ignored like the header's own
      size: header.type >= '1' && header.type <= '6' ? 0 : size,
    };
    this.#start = undefined;
    this.#longName = undefined;
    this.#longLink = undefined;
    this.#pax = {};
    this.#state = 'data';
    this.#left = member.size;
    this.#padding = paddingOf(member.size);
    this.#memberOpen = true;
    this.#events.push({ kind: 'member', member });
    if (member.size === 0) this.#leave();
  }

  #enterSpecial(header: TarHeader): void {
    this.#state = 'special';
    this.#left = header.size;
    this.#padding = paddingOf(header.size);
    this.#special =
      header.size > maxSpecialBytes ? undefined : { type: header.type, bytes: new Uint8Array(header.size), filled: 0 };
  }

  #keep(special: { bytes: Uint8Array; filled: number }, bytes: Uint8Array): void {
    special.bytes.set(bytes, special.filled);
    special.filled += bytes.length;
  }

  /** The current body or padding is over. */
  #leave(): void {
    if (this.#state === 'data') {
      this.#memberOpen = false;
      this.#events.push({ kind: 'end' });
    } else if (this.#state === 'special' && this.#special !== undefined) {
      if (!this.#apply(this.#special))
        this.#events.push({ kind: 'damage', why: 'a pax header of the tar cannot be read' });
      this.#special = undefined;
    }
    if (this.#state !== 'padding' && this.#padding > 0) {
      this.#state = 'padding';
      this.#left = this.#padding;
    } else this.#state = 'header';
  }

  #apply(special: { type: string; bytes: Uint8Array }): boolean {
    if (special.type === 'L') this.#longName = textUntilNul(special.bytes);
    else if (special.type === 'K') this.#longLink = textUntilNul(special.bytes);
    else {
      const fields = parsePax(special.bytes);
      if (fields === undefined) return false;
      if (special.type === 'x') this.#pax = fields;
      else {
        this.#globalPax = { ...this.#globalPax, ...fields };
        this.#start = undefined;
      }
    }
    return true;
  }
}

function paddingOf(size: number): number {
  return (blockSize - (size % blockSize)) % blockSize;
}

function textUntilNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decodeText(end < 0 ? bytes : bytes.subarray(0, end));
}
