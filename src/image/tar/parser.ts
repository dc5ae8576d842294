import { BodyMap } from './body-map.ts';
import { disputed, ExtendedHeaders, maxSpecialBytes, textUntilNul } from './extended-headers.ts';
import {
  blockSize,
  checksumHolds,
  headerOnly,
  isZero,
  parseHeader,
  parsePieces,
  parseRealSize,
  type TarHeader,
} from './header.ts';
import { hasHoles, type SparseMap, sparseMapOf } from './sparse.ts';

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
  /** Set when the file has holes, which are not stored. */
  sparse: SparseMap | undefined;
  /** The path's bytes, when they stand nowhere in one piece. */
  joined: Uint8Array | undefined;
}

/**
 * What the bytes of a tar turn out to be, in order. Every byte pushed comes back in exactly one `data` or `frame`.
 *
 * `frame`: headers, pax bodies, padding, end marker, and whatever is no member. `stray`: of that, without frames, what stands
 * where a header should be, up to the next one.
 */
export type TarEvent =
  | { kind: 'member'; member: TarMember }
  | { kind: 'data'; bytes: Uint8Array }
  | { kind: 'end' }
  | { kind: 'frame'; bytes: Uint8Array }
  | { kind: 'stray'; bytes: Uint8Array }
  | { kind: 'damage'; why: string; lost: boolean };

type State = 'header' | 'sparse-map' | 'body-map' | 'data' | 'special' | 'padding';

/**
 * Reads a tar as it streams by, without copying bodies.
 *
 * Understands ustar, GNU (long names and links, base-256 numbers, sparse maps) and pax (path, linkpath, size; local and
 * global). Reading goes on behind the end marker, and behind a broken header at the next block that is one, so that
 * nothing hides there: Docker's own reader stops earlier, other tools do not. Where readers see other members than these,
 * the damage is `lost`; what is read then is what Go's archive/tar reads, and so Docker.
 */
export class TarParser {
  /** Whether an end marker (a block of zeros) was seen last. */
  ended = false;
  readonly #frames: boolean;
  #events: TarEvent[] = [];
  #state: State = 'header';
  #offset = 0;
  /** The block at hand: a part of the chunk, or what was gathered of several. */
  #block: Uint8Array = new Uint8Array(0);
  readonly #gathered = new Uint8Array(blockSize);
  #filled = 0;
  /** Bytes left in the current body or padding. */
  #left = 0;
  #padding = 0;
  #memberOpen = false;
  /** Start of the member that is being put together. */
  #start: number | undefined;
  #header: TarHeader | undefined;
  readonly #extended = new ExtendedHeaders((why, lost) => this.#damage(why, lost));
  /** Map of an old sparse file, or one that stands in the body, and the bytes of that. */
  #oldMap: (number | undefined)[] = [];
  #oldSize: number | undefined;
  #bodyMap = new BodyMap();
  #mapBytes = 0;
  /** Where some readers go on, when a member without a body has a size. */
  #otherEnd: number | undefined;
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
        this.#state === 'data' || this.#state === 'padding' || this.#state === 'special'
          ? this.#takeBody(chunk, at)
          : this.#takeBlock(chunk, at);
    return this.#events;
  }

  /** A header's block comes in any pieces. */
  #takeBlock(chunk: Uint8Array, at: number): number {
    const bytes = chunk.subarray(at, at + blockSize - this.#filled);
    this.#offset += bytes.length;
    if (this.#frames) this.#events.push({ kind: 'frame', bytes });
    if (bytes.length < blockSize) {
      this.#gathered.set(bytes, this.#filled);
      this.#filled = (this.#filled + bytes.length) % blockSize;
      this.#block = this.#gathered;
    } else this.#block = bytes;
    if (this.#filled === 0) {
      if (this.#state === 'header') this.#readHeader();
      else if (this.#state === 'sparse-map') this.#readSparseMap();
      else this.#readBodyMap();
    }
    return bytes.length;
  }

  #takeBody(chunk: Uint8Array, at: number): number {
    const bytes = chunk.subarray(at, at + this.#left);
    this.#offset += bytes.length;
    this.#left -= bytes.length;
    if (this.#state === 'data') this.#events.push({ kind: 'data', bytes });
    else {
      if (this.#state === 'special') this.#extended.push(bytes);
      if (this.#frames) this.#events.push({ kind: 'frame', bytes });
    }
    if (this.#left === 0) this.#leave();
    return bytes.length;
  }

  /** The bytes are over: says what is missing. */
  end(): readonly TarEvent[] {
    this.#events = [];
    if (this.#memberOpen) {
      this.#damage('the tar ends inside a member');
      this.#memberOpen = false;
      this.#events.push({ kind: 'end' });
    } else if (this.#state !== 'header') this.#damage('the tar ends inside a member');
    else if (this.#filled > 0 && !isZero(this.#gathered.subarray(0, this.#filled))) this.#loseBlock();
    else if (this.#start !== undefined) this.#damage('the tar ends between a header and its member');
    return this.#events;
  }

  #loseBlock(): void {
    this.#damage('the tar ends inside a header');
    this.#stray(this.#gathered.subarray(0, this.#filled));
  }

  #stray(bytes: Uint8Array): void {
    if (this.#frames) return;
    const last = this.#events.at(-1);
    const follows =
      last?.kind === 'stray' &&
      last.bytes.buffer === bytes.buffer &&
      last.bytes.byteOffset + last.bytes.length === bytes.byteOffset;
    if (follows) last.bytes = new Uint8Array(bytes.buffer, last.bytes.byteOffset, last.bytes.length + bytes.length);
    // the end of the chunk may be gathered where the beginning was
    else this.#events.push({ kind: 'stray', bytes: bytes === this.#gathered ? Uint8Array.from(bytes) : bytes });
  }

  #damage(why: string, lost = false): void {
    this.#events.push({ kind: 'damage', why, lost });
  }

  #readHeader(): void {
    const header = parseHeader(this.#block);
    if (this.#otherEnd !== undefined) this.#compareReadings(this.#otherEnd, header !== undefined);
    if (header === undefined || isZero(this.#block)) {
      this.ended = isZero(this.#block);
      if (!this.ended && !this.#lost) {
        this.#lost = true;
        // with a checksum that holds it is one for who understands its numbers
        this.#damage('a block of the tar is no header', checksumHolds(this.#block));
      }
      if (this.#lost) this.#stray(this.#block);
      return;
    }
    this.ended = false;
    this.#lost = false;
    this.#start ??= this.#offset - blockSize;
    this.#header = header;
    if (header.type === 'S') {
      this.#oldMap = parsePieces(this.#block, 386, 4);
      this.#oldSize = parseRealSize(this.#block);
    }
    if (header.extended) {
      this.#state = 'sparse-map';
      return;
    }
    this.#enter(header);
  }

  /** A reader that believes the size of a member without a body sees what lies in it as content, and members behind it. */
  #compareReadings(otherEnd: number, isHeader: boolean): void {
    const start = this.#offset - blockSize;
    if (start !== otherEnd && isHeader && start < otherEnd) return;
    this.#otherEnd = undefined;
    if (start !== otherEnd) this.#damage(disputed, true);
  }

  #readSparseMap(): void {
    this.#oldMap.push(...parsePieces(this.#block, 0, 21));
    // the last byte in use says whether another block follows (GNU tar manual, "Storing Sparse Files", old format)
    if (this.#block[504] !== 0 && this.#oldMap.length < maxSpecialBytes / 12) return;
    this.#enter(this.#header!);
  }

  #enter(header: TarHeader): void {
    if (ExtendedHeaders.isOne(header.type)) {
      this.#extended.begin(header);
      this.#state = 'special';
      this.#left = header.size;
      this.#padding = paddingOf(header.size);
      if (header.size === 0) this.#leave();
      return;
    }
    const { size, sparse } = this.#extended.local;
    const bodiless = headerOnly(header.type) || (header.old && this.#extended.pathOf(header).endsWith('/'));
    if (bodiless) this.#dispute(size ?? header.claimed);
    else if (sparse !== undefined && sparse.major > 0) {
      this.#left = size ?? header.size;
      this.#bodyMap = new BodyMap();
      this.#mapBytes = 0;
      this.#state = 'body-map';
      if (sparse.major > 1 || sparse.minor > 0 || this.#left === 0) this.#leaveBodyMap(undefined);
      return;
    }
    const stored = bodiless ? 0 : (size ?? header.size);
    this.#begin(header, stored, this.#headerMap(header, stored));
  }

  /** Nothing is said of a size of nothing. */
  #dispute(claimed: number): void {
    if (claimed === 0) return;
    // one such member in the body of another: the outer one's end is the later one, or their readings differ anyway
    this.#otherEnd = Math.max(this.#otherEnd ?? 0, this.#offset + claimed + paddingOf(claimed));
  }

  /** The map of a sparse file as its headers have it. */
  #headerMap(header: TarHeader, stored: number): SparseMap | undefined {
    const records = this.#extended.local.sparse;
    if (header.type !== 'S' && records === undefined) return undefined;
    const numbers = records?.numbers ?? this.#oldMap;
    const size = records === undefined ? this.#oldSize : records.size;
    return this.#checked(numbers, stored, size);
  }

  #checked(numbers: readonly (number | undefined)[], stored: number, size: number | undefined): SparseMap | undefined {
    const known = numbers.filter((number) => number !== undefined);
    const map = size === undefined || known.length < numbers.length ? undefined : sparseMapOf(known, stored, size);
    if (map === undefined) this.#damage('the map of a sparse file in the tar makes no sense', true);
    return map !== undefined && hasHoles(map) ? map : undefined;
  }

  /** Blocks of the body, until the map that it begins with is whole. */
  #readBodyMap(): void {
    this.#mapBytes += blockSize;
    const read = this.#bodyMap.push(textUntilNul(this.#block));
    const goesOn = !this.#block.includes(0) && this.#mapBytes < this.#left && this.#mapBytes < maxSpecialBytes;
    if (read === 'open' && goesOn) return;
    this.#leaveBodyMap(read === 'whole' ? this.#bodyMap.numbers : undefined);
  }

  #leaveBodyMap(numbers: number[] | undefined): void {
    const stored = Math.max(0, this.#left - this.#mapBytes);
    const map = this.#checked(numbers ?? [undefined], stored, this.#extended.local.sparse!.size);
    this.#begin(this.#header!, stored, map);
  }

  #begin(header: TarHeader, size: number, sparse: SparseMap | undefined): void {
    const { uid, gid, user, group } = this.#extended.ownerOf(header);
    const member: TarMember = {
      path: this.#extended.pathOf(header),
      link: this.#extended.linkOf(header),
      type: header.type,
      mode: header.mode,
      uid,
      gid,
      user,
      group,
      start: this.#start!,
      dataStart: this.#offset,
      size,
      sparse,
      joined: header.joined,
    };
    this.#extended.forget();
    this.#start = undefined;
    this.#state = 'data';
    this.#left = size;
    this.#padding = paddingOf(size);
    this.#memberOpen = true;
    this.#events.push({ kind: 'member', member });
    if (size === 0) this.#leave();
  }

  /** The current body or padding is over. */
  #leave(): void {
    if (this.#state === 'data') {
      this.#memberOpen = false;
      this.#events.push({ kind: 'end' });
    } else if (this.#state === 'special' && this.#extended.end()) this.#start = undefined;
    if (this.#state !== 'padding' && this.#padding > 0) {
      this.#state = 'padding';
      this.#left = this.#padding;
    } else this.#state = 'header';
  }
}

function paddingOf(size: number): number {
  return (blockSize - (size % blockSize)) % blockSize;
}
