import type { Sink } from '../../image/index.ts';
import { openBehind } from './behind.ts';
import type { Container, Host, Located, Opened } from './container.ts';
import { Segments } from './segments.ts';
import { isSized, ZipBody } from './zip-body.ts';
import { type DirectoryEnd, ZipDirectory } from './zip-directory.ts';
import {
  centralFixed,
  centralLength,
  centralMagic,
  descriptorMagic,
  endFixed,
  endMagic,
  isPlausibleCentral,
  isPlausibleEnd,
  isPlausibleLocal,
  isPlausibleLocator,
  isPlausibleWideEnd,
  localFixed,
  localLength,
  localMagic,
  locatorFixed,
  locatorMagic,
  parseCentral,
  parseEnd,
  parseLocal,
  parseWideEnd,
  signatureMagic,
  wideEndFixed,
  wideEndMagic,
  type ZipHeader,
} from './zip-header.ts';
import { EndWatch, MagicFinder, magicOf } from './zip-magic.ts';

/**
 * zip, jar, whl, nupkg, apk: members by their local headers as they stream by, compared with the directory at the end.
 *
 * Stored, deflated (also with Deflate64), and compressed by bzip2, LZMA, zstd or xz; what is encrypted or in another method is counted.
 */
export const zip: Container = {
  name: 'zip',
  first: 'P',
  detect: (head) => head.length >= localFixed && magicOf(head) === localMagic,
  open: (host) => new ZipSink(host, 0, () => openBehind(host)),
};

/** Opens a zip that begins at `base` of its file; what is no part of it is somebody else's. */
export function openZip(host: Host, base: number): Opened {
  return new ZipSink(host, base, () => undefined);
}

/** Magic, checksum, and two sizes of eight bytes. */
const longestDescriptor = 24;

type State =
  | 'magic'
  | 'local'
  | 'central'
  | 'end'
  | 'wide-end'
  | 'locator'
  | 'body'
  | 'descriptor'
  | 'seek'
  | 'tail'
  | 'closed';

const nothing = new Uint8Array(0);

const notFound = 'the zip lists members that were not found';

class ZipSink implements Opened {
  readonly #host: Host;
  readonly #segments: Segments;
  #state: State = 'magic';
  /** Header bytes, gathered until `#needed` are there. */
  #gathered: Buffer = Buffer.alloc(0);
  #needed = 4;
  #offset = 0;
  #header: ZipHeader | undefined;
  #start = 0;
  #body: ZipBody | undefined;
  /** Bytes of the last body. */
  #consumed = 0;
  readonly #finder = new MagicFinder();
  /** Bytes behind the header of a member of unknown size. */
  #skipped: number | undefined;
  /** Those bytes are behind its end. */
  #ended = false;
  #locals = 0;
  #centrals = 0;
  readonly #directory = new ZipDirectory();
  /** What the zip64 end of the directory says, until the other end was read. */
  #wideEnd: DirectoryEnd | undefined;
  /** Whether the end of a directory seems to lie in the body of the current member. */
  readonly #endWatch = new EndWatch();
  #lostWay: 'seek' | 'tail' = 'seek';
  /** The next header was looked for, so that it may be none. */
  #guessed = false;
  /** Bytes behind what was taken for a header and is none. */
  #again: Uint8Array = nothing;
  readonly #told = new Set<string>();
  /** Opens bytes that are no part of the zip; those that seemed to be go first. */
  readonly #makeStray: () => Sink | undefined;
  #stray: Sink | undefined;
  #unread: Uint8Array = nothing;

  constructor(host: Host, base: number, makeStray: () => Sink | undefined) {
    this.#makeStray = makeStray;
    this.#host = host;
    this.#segments = new Segments(host.reach);
    this.#directory.addShift(-base);
  }

  get done(): boolean {
    return this.#state === 'closed';
  }

  async push(chunk: Uint8Array): Promise<void> {
    let bytes = chunk;
    for (let at = 0; at < bytes.length && !this.done; ) {
      const taken = await this.#take(bytes.subarray(at));
      const again = this.#again;
      this.#again = nothing;
      this.#offset += taken - again.length;
      at += taken - again.length;
      if (at >= 0) continue;
      // they came with chunks before
      bytes = Buffer.concat([again.subarray(0, -at), bytes]);
      at = 0;
    }
  }

  async #take(bytes: Uint8Array): Promise<number> {
    if (this.#state === 'body') return await this.#takeBody(bytes);
    return this.#state === 'seek' || this.#state === 'tail' ? await this.#seek(bytes) : await this.#gather(bytes);
  }

  async end(): Promise<void> {
    await this.#endBody();
    const cutOff = this.#state !== 'tail' && !this.done;
    const unread =
      this.#guessed && this.#state !== 'tail' && this.#state !== 'seek' ? this.#gathered.subarray(4) : nothing;
    this.#state = 'closed';
    this.#countSkipped();
    await this.#leave();
    if (unread.length > 0) await this.#takeStray(unread);
    await this.#stray?.end();
    // readers that begin at the end may find a directory in what is a body by its own header
    if (this.#centrals > this.#locals || (cutOff && this.#endWatch.seen)) this.#tell(notFound, true);
    else if (cutOff) this.#host.damaged('the zip is cut off');
  }

  /** A decoder may find the end of its member only now; behind it is the rest of the zip. */
  async #endBody(): Promise<void> {
    for (let body = this.#body; body?.ending !== undefined; body = this.#body) {
      await body.end();
      const { rest } = body.ending;
      this.#body = undefined;
      if (rest.length === 0) return;
      this.#offset -= rest.length;
      this.#leaveEnding();
      await this.push(rest);
    }
  }

  close(): void {
    this.#state = 'closed';
    this.#body?.close();
    this.#stray?.close();
  }

  locate(offset: number): Located {
    return this.#segments.locate(offset);
  }

  /** Collects a header's bytes; acts on them when they are complete. */
  async #gather(bytes: Uint8Array): Promise<number> {
    const part = bytes.subarray(0, this.#needed - this.#gathered.length);
    this.#gathered = Buffer.concat([this.#gathered, part]);
    if (this.#gathered.length === this.#needed) {
      const guessed = this.#guessed;
      if (this.#state === 'magic') this.#readMagic();
      else if (this.#state === 'local') await this.#readLocal(this.#offset + part.length);
      else if (this.#state === 'central') this.#readCentral(this.#offset + part.length);
      else if (this.#state === 'descriptor') this.#readDescriptor();
      else this.#readEnd();
      if (guessed && !this.#guessed) await this.#endStray();
    }
    return part.length;
  }

  #readMagic(): void {
    const magic = magicOf(this.#gathered);
    if (magic === localMagic) this.#expect('local', localFixed);
    else if (magic === centralMagic) this.#expect('central', centralFixed);
    else if (magic === endMagic) this.#expect('end', endFixed);
    else if (magic === wideEndMagic) this.#expect('wide-end', wideEndFixed);
    else if (magic === locatorMagic) this.#expect('locator', locatorFixed);
    else if (magic === signatureMagic) this.#enterTail();
    else {
      this.#finder.window = magic;
      this.#lose('there are bytes between the members of the zip');
    }
  }

  #enterTail(): void {
    this.#state = 'tail';
    this.#lostWay = 'tail';
    this.#finder.window = 0;
  }

  #readCentral(end: number): void {
    if (this.#guessed && !isPlausibleCentral(this.#gathered)) {
      this.#resume();
      return;
    }
    const length = centralLength(this.#gathered);
    if (this.#needed < length) this.#needed = length;
    else {
      this.#guessed = false;
      this.#centrals++;
      const found = this.#directory.compare(parseCentral(this.#gathered), end - length, length);
      if (found === 'missing') this.#tell(notFound, true);
      else if (found === 'different') this.#tell('the zip lists members with other sizes than they have', true);
      this.#restart();
    }
  }

  /** Of the directory: its end, and in zip64 another one and where that is before it. */
  #readEnd(): void {
    if (this.#guessed && !this.#isPlausible()) {
      this.#resume();
      return;
    }
    let holds = true;
    if (this.#state === 'wide-end') this.#wideEnd = parseWideEnd(this.#gathered);
    else if (this.#state === 'locator') holds = this.#wideEnd !== undefined;
    else {
      holds = this.#directory.endsAs(parseEnd(this.#gathered), this.#wideEnd);
      this.#wideEnd = undefined;
    }
    if (!holds) this.#tell(notFound, true);
    this.#guessed = false;
    this.#enterTail();
  }

  #isPlausible(): boolean {
    if (this.#state === 'end') return isPlausibleEnd(this.#gathered);
    return this.#state === 'wide-end' ? isPlausibleWideEnd(this.#gathered) : isPlausibleLocator(this.#gathered);
  }

  /** What was taken for a header is none: goes on behind its magic. */
  #resume(): void {
    this.#again = this.#gathered.subarray(4);
    this.#state = this.#lostWay;
    this.#finder.window = 0;
  }

  /** Once for each zip: there may be as many as there are members. */
  #tell(why: string, lost: boolean): void {
    if (!this.#told.has(why)) this.#host.damaged(why, lost);
    this.#told.add(why);
  }

  async #readLocal(dataStart: number): Promise<void> {
    if (this.#guessed && !isPlausibleLocal(this.#gathered)) {
      this.#resume();
      return;
    }
    const length = localLength(this.#gathered);
    if (this.#needed < length) {
      this.#needed = length;
      return;
    }
    const header = parseLocal(this.#gathered);
    if (this.#guessed && this.#lostWay === 'tail') this.#directory.addShift(dataStart - length);
    this.#guessed = false;
    this.#locals++;
    this.#header = header;
    this.#start = dataStart - length;
    const size = isSized(header) ? header.compressedSize : undefined;
    this.#directory.addLocal(this.#start, header.method, size, header.encrypted);
    this.#host.memberSeen(header.path, header.path.endsWith('/') ? '5' : '0');
    this.#state = 'body';
    this.#gathered = Buffer.alloc(0);
    const body = this.#openBody(header, dataStart, size);
    if (this.#state === 'body' && body.absent) await this.#leave();
  }

  #openBody(header: ZipHeader, dataStart: number, size = Number.POSITIVE_INFINITY): ZipBody {
    const body = new ZipBody(this.#host, header);
    this.#body = body;
    if (body.endless) {
      this.#look();
      this.#skipped = 0;
    }
    const place = { container: 'zip', path: header.path, start: this.#start, dataStart, dataEnd: dataStart + size };
    this.#segments.add(body.stored === undefined ? place : { ...place, inner: body.stored });
    return body;
  }

  async #takeBody(bytes: Uint8Array): Promise<number> {
    const body = this.#body!;
    const taken = await body.push(bytes);
    // the last body of the file, if it is cut off, goes on behind its chunk
    if (!body.over) this.#endWatch.push(bytes.subarray(0, taken));
    if (body.ending !== undefined && (body.over || body.broken)) {
      this.#again = body.ending.rest;
      await body.end();
      this.#body = undefined;
      this.#leaveEnding();
      return taken;
    }
    if (body.over) await this.#leave();
    if (body.broken) this.#look();
    return taken;
  }

  /** What says the sizes is not needed: the next header is looked for behind it. */
  #leaveEnding(): void {
    this.#endWatch.reset();
    this.#look();
    this.#skipped = 0;
    this.#ended = true;
  }

  /** The current member is over. */
  async #leave(): Promise<void> {
    await this.#body?.end();
    this.#consumed = this.#body?.consumed ?? this.#consumed;
    this.#body = undefined;
    if (this.#state === 'closed') return;
    if (this.#header?.described) this.#expect('descriptor', 12);
    else this.#restart();
  }

  /** Optional magic, checksum, and two sizes of four bytes, or of eight in zip64; only the sizes tell which. */
  #readDescriptor(): void {
    const start = magicOf(this.#gathered) === descriptorMagic ? 4 : 0;
    const short = start + 12;
    if (this.#gathered.length < short) this.#needed = short;
    else if (this.#gathered.length === short && this.#gathered.readUInt32LE(start + 4) !== this.#consumed % 2 ** 32)
      this.#lose('a size in the zip does not hold');
    else if (this.#gathered.length === short && this.#gathered.readUInt32LE(start + 8) === 0 && this.#consumed > 2)
      this.#needed = start + 20;
    else this.#restart();
  }

  #restart(): void {
    this.#header = undefined;
    this.#endWatch.reset();
    this.#expect('magic', 4);
  }

  /** `local` and `central` headers begin with the magic that was read already. */
  #expect(state: State, needed: number): void {
    this.#state = state;
    this.#needed = needed;
    if (state === 'magic' || state === 'descriptor') this.#gathered = Buffer.alloc(0);
  }

  #lose(why: string): void {
    this.#unread = this.#gathered;
    this.#look();
    this.#tell(why, false);
  }

  /** Goes on where the next header seems to be. */
  #look(): void {
    this.#state = 'seek';
    this.#lostWay = 'seek';
  }

  /** Empty members often have no size; what is no longer than a descriptor and a header's magic is one. */
  #countSkipped(): void {
    if (this.#skipped !== undefined && this.#skipped > longestDescriptor + 4) {
      if (this.#ended) this.#tell('there are bytes between the members of the zip', false);
      else this.#host.notOpened('zip member of unknown size', this.#header?.path);
    }
    this.#skipped = undefined;
    this.#ended = false;
  }

  async #takeStray(bytes: Uint8Array): Promise<void> {
    this.#stray ??= this.#makeStray();
    await this.#stray?.push(this.#unread);
    this.#unread = nothing;
    await this.#stray?.push(bytes);
  }

  async #endStray(): Promise<void> {
    const stray = this.#stray;
    this.#stray = undefined;
    await stray?.end();
  }

  /** Looks for the next header, as readers that go by the central directory would find it; behind a zip, for another zip. */
  async #seek(bytes: Uint8Array): Promise<number> {
    const end = this.#finder.find(bytes, this.#state === 'tail' ? 'behind' : 'in');
    if (this.#skipped !== undefined) this.#skipped += end ?? bytes.length;
    if (this.#skipped === undefined || this.#ended) await this.#takeStray(bytes.subarray(0, end));
    if (end === undefined) return bytes.length;
    this.#countSkipped();
    this.#guessed = true;
    this.#gathered = Buffer.alloc(4);
    this.#gathered.writeUInt32LE(this.#finder.window);
    this.#readMagic();
    return end;
  }
}
