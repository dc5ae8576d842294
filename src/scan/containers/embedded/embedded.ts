import { isUtf8 } from 'node:buffer';
import type { Container, Host, Located, Opened } from '../container.ts';
import { startsWith } from '../magic.ts';
import { sealedKind } from '../sealed.ts';
import { openSevenZip } from '../seven-zip.ts';
import { isTextHead } from '../text-head.ts';
import { openZip } from '../zip.ts';
import { codeRange } from './code-range.ts';
import { Held } from './held.ts';
import { nextMagic } from './magic-search.ts';
import { aheadBytes, type Magic } from './magics.ts';
import { type EmbeddedStream, openStream } from './stream.ts';

/**
 * First bytes, in latin1, of what a zip is appended to: scripts, programs of Windows, Linux and macOS (self-extractors), browser
 * extensions, modules of a JDK, an empty zip, and the marker of archives that were meant to be split.
 */
const carriers = ['#!', 'MZ', '\x7fELF', '\xcf\xfa\xed\xfe', 'Cr24', 'JM\x01\x00', 'PK00', 'PK\x05\x06', 'PK\x07\x08'];

const nothing = Buffer.alloc(0);
/** Of a magic number or a character that is cut by the end of a chunk. */
const edgeBytes = 16;
/** Decoders that nothing came of; programs of 100 MB have some hundred, a file made to be slow as many as it has bytes for. */
const mostBarren = 4000;
/** How often each byte may be looked at again, on average. */
const mostLooks = 8;
/** Of less, the edges would be all that there is to judge. */
const shortestText = 8 * edgeBytes;

/**
 * Any other file that is no text: programs with files in them (Go's `embed`, kernels, PyInstaller, installers), caches, dumps.
 *
 * gzip, zlib, zstd, xz, bzip2 and LZ4 are opened wherever they begin, 7z archives, and a zip with all that is behind it; what is
 * recognised and not opened (squashfs, rar, …) is counted. In what was decoded, and in the members of a zip, nothing is looked for: these are opened by
 * themselves.
 */
export const embedded: Container = {
  name: 'embedded',
  tentative: true,
  anywhere: true,
  detect: (head, _name, whole) =>
    head.length > 0 && !isTextHead(head) && sealedKind(head) === undefined && (whole === undefined || hasMagic(whole)),
  open: (host) => openEmbedded(host),
};

/**
 * The same up to the offset that `until` gives, as soon as it knows one: what stands behind it is opened by somebody else. `base`: the
 * offset of its first byte in the file.
 */
export function openEmbedded(host: Host, until: () => number | undefined = () => undefined, base = 0): Opened {
  return new EmbeddedSink(host, until, base);
}

/** Whether something begins in these bytes, which are all. */
export function hasMagic(whole: Uint8Array): boolean {
  return nextMagic(viewOf(whole), 0, whole.length) !== undefined;
}

class EmbeddedSink implements Opened {
  readonly #host: Host;
  readonly #until: () => number | undefined;
  #done = false;
  #started = false;
  #startsAsText = false;
  #isCarrier = false;
  /** In a file of another kind a zip may be there by chance: what is wrong with it is no more than damaged then. */
  #zipHost: Host | undefined;
  #code: { start: number; end: number } | undefined;
  #zip: Opened | undefined;
  #zipStart = 0;
  /** It has its own copy of its bytes; what stands in them is looked for all the same. */
  #sevenZip: Opened | undefined;
  #stream: EmbeddedStream | undefined;
  readonly #held = new Held();
  /** Where the last one began. */
  #magicAt = 0;
  /** Streams of which nothing came, and the bytes that were given to them and looked at again. */
  #barren = 0;
  #lookedAgain = 0;
  /** Bytes that are decided, and those behind them that are not. */
  #offset: number;
  #kept: Buffer = nothing;

  constructor(host: Host, until: () => number | undefined, base: number) {
    this.#host = host;
    this.#until = until;
    this.#offset = base;
  }

  get done(): boolean {
    return this.#done;
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (this.#done || chunk.length === 0) return;
    if (!this.#started) this.#start(viewOf(chunk));
    await this.#zip?.push(chunk);
    await this.#sevenZip?.push(chunk);
    if (this.#isText(chunk)) this.#skip(viewOf(chunk));
    else await this.#take(viewOf(chunk), false);
  }

  async end(): Promise<void> {
    if (!this.#done) await this.#take(nothing, true);
    // What has not begun by now was no beginning.
    for (
      let stream = this.#stream;
      stream !== undefined && !stream.gave && !this.#held.isEmpty;
      stream = this.#stream
    ) {
      await stream.end();
      this.#stream = undefined;
      await this.#again([], true);
    }
    this.#done = true;
    await this.#stream?.end();
    await this.#zip?.end();
    await this.#sevenZip?.end();
  }

  close(): void {
    this.#done = true;
    this.#stream?.close();
    this.#zip?.close();
    this.#sevenZip?.close();
  }

  locate(offset: number): Located {
    if (this.#zip?.locate === undefined || offset < this.#zipStart) return { steps: [], offset };
    const located = this.#zip.locate(offset - this.#zipStart);
    return located.steps.length === 0 ? { steps: [], offset } : located;
  }

  #start(head: Buffer): void {
    this.#started = true;
    this.#code = codeRange(head);
    this.#startsAsText = isTextHead(head);
    this.#isCarrier = carriers.some((carrier) => startsWith(head, carrier));
    this.#zipHost = this.#host.as('zip', !this.#isCarrier);
  }

  /** Goes on with what is kept and the chunk; keeps what may begin something and cannot be judged yet. */
  async #take(chunk: Buffer, last: boolean): Promise<void> {
    const kept = this.#kept;
    const length = kept.length + chunk.length;
    const limit = last ? length : Math.max(0, length - aheadBytes);
    // so that only the edge is copied, and not the chunk
    const edge = kept.length === 0 ? nothing : Buffer.concat([kept, chunk.subarray(0, aheadBytes)]);
    const rest = (from: number): Buffer[] =>
      [kept.subarray(from), chunk.subarray(Math.max(0, from - kept.length))].filter((part) => part.length > 0);
    let at = 0;
    while (at < (this.#stream === undefined ? limit : length)) {
      if (this.#stream !== undefined) {
        const next = await this.#goOn(this.#stream, at, rest(at));
        if (next === undefined) return this.#again(rest(0), last);
        at = next;
        continue;
      }
      at = this.#behindCode(at);
      const inEdge = at < kept.length;
      const [bytes, base] = inEdge ? [edge, 0] : [chunk, kept.length];
      const to = inEdge ? Math.min(kept.length, limit) : limit;
      if (at < to) at = base + (await this.#search(bytes, { from: at - base, to: to - base, base, rest }));
    }
    this.#keep(Math.min(at, length), rest);
  }

  #keep(at: number, rest: (from: number) => Buffer[]): void {
    if (this.#stream !== undefined && !this.#stream.gave) {
      const from = Math.max(0, this.#magicAt + 1 - this.#offset);
      this.#held.add(rest(from), this.#offset + from);
    }
    this.#kept = Buffer.concat(rest(at));
    this.#offset += at;
  }

  /** Where to go on; undefined where the stream was none, and began chunks ago. */
  async #goOn(stream: EmbeddedStream, at: number, parts: readonly Buffer[]): Promise<number | undefined> {
    const end = at + (await this.#feed(stream, parts));
    if (stream.gave) this.#held.clear();
    if (stream.gave || !stream.over) return end;
    return this.#held.isEmpty ? this.#behindFalse(at, end) : undefined;
  }

  /** UTF-8, as far as one chunk tells: characters may be cut at its edges. */
  #isText(chunk: Uint8Array): boolean {
    if (
      !this.#startsAsText ||
      chunk.length < shortestText ||
      this.#stream !== undefined ||
      this.#kept.length > edgeBytes
    )
      return false;
    let [start, end] = [0, chunk.length];
    while (start < end && start < edgeBytes && isContinuation(chunk[start]!)) start++;
    while (end > start && chunk.length - end < edgeBytes && chunk[end - 1]! >= 0x80) end--;
    return isUtf8(chunk.subarray(start, end));
  }

  /** Nothing begins in text but in its last bytes. */
  #skip(chunk: Buffer): void {
    const bytes = chunk.length < edgeBytes ? Buffer.concat([this.#kept, chunk]) : chunk;
    this.#offset += this.#kept.length + chunk.length;
    this.#kept = Buffer.from(bytes.subarray(-edgeBytes));
    this.#offset -= this.#kept.length;
  }

  /** Looks at what a stream took of which nothing came, and at what stands behind it. */
  async #again(bytes: readonly Buffer[], last: boolean): Promise<void> {
    const all = this.#held.take(bytes);
    this.#kept = nothing;
    this.#offset = this.#held.from;
    this.#countBarren(all.length, all.length);
    await this.#take(all, last);
  }

  /** Where to go on behind a magic number that nothing came of: what it took may hold the next one. */
  #behindFalse(at: number, end: number): number {
    const next = Math.max(at, this.#magicAt + 1 - this.#offset);
    this.#countBarren(Math.max(0, end - next), end);
    return next;
  }

  /** False beginnings may stand at every other byte: with too many of them nothing is opened any more, and all that begins is counted. */
  #countBarren(bytes: number, end: number): void {
    this.#barren += 1;
    this.#lookedAgain += bytes;
    if (this.#lookedAgain > mostLooks * (this.#offset + end)) this.#barren = mostBarren;
  }

  #behindCode(at: number): number {
    const offset = this.#offset + at;
    return this.#code !== undefined && offset >= this.#code.start && offset < this.#code.end
      ? this.#code.end - this.#offset
      : at;
  }

  /** Looks for the next stream, up to `to` or to the code; gives back how far it came. */
  async #search(
    bytes: Buffer,
    { from, to, base, rest }: { from: number; to: number; base: number; rest: (from: number) => Buffer[] },
  ): Promise<number> {
    const code = (this.#code?.start ?? 0) - this.#offset - base;
    const stop = code > from ? Math.min(to, code) : to;
    for (let found = nextMagic(bytes, from, stop); found !== undefined; ) {
      const { magic, at, next } = found;
      const offset = this.#offset + base + at;
      if (offset >= (this.#until() ?? Number.POSITIVE_INFINITY)) return stop;
      if (!this.#isInZip(offset)) {
        this.#magicAt = offset;
        await this.#open(magic, this.#magicAt, rest(base + at));
        if (this.#stream !== undefined) return at;
      }
      found = nextMagic(bytes, at + 1, stop, next);
    }
    return stop;
  }

  async #open({ kind }: Magic, offset: number, bytes: readonly Buffer[]): Promise<void> {
    const member = `at byte ${offset}`;
    if (kind === 'zip') {
      if (this.#zip === undefined && this.#zipHost!.found()) {
        this.#zipStart = offset;
        this.#zip = openZip(this.#zipHost!, offset);
        for (const part of bytes) await this.#zip.push(part);
      }
    } else if (kind === '7z') await this.#openSevenZip(member, bytes);
    else if (kind === 'squashfs' || kind === 'rar' || kind === 'cab' || kind === 'upx')
      this.#host.notOpened(kind, member);
    else if (this.#barren < mostBarren) this.#stream = openStream(this.#host, kind, member);
    else this.#host.notOpened('data behind thousands of false beginnings', member);
  }

  /** One after another, so that not more than one is kept at a time. */
  async #openSevenZip(member: string, bytes: readonly Buffer[]): Promise<void> {
    const host = this.#host.as('7z');
    if (this.#sevenZip?.done === false) this.#host.notOpened('7z in a 7z', member);
    else if (host.found()) {
      this.#sevenZip = openSevenZip(host, { alone: false });
      for (const part of bytes) await this.#sevenZip.push(part);
    }
  }

  /** Gives back how many of the bytes are the stream's; it is gone once it is over. */
  async #feed(stream: EmbeddedStream, parts: readonly Buffer[]): Promise<number> {
    let taken = 0;
    for (const part of parts) {
      if (stream.over) break;
      taken += await stream.push(part);
    }
    if (stream.over) {
      await stream.end();
      this.#stream = undefined;
    }
    return taken;
  }

  /** What may be a zip by chance hides nothing. */
  #isInZip(offset: number): boolean {
    return this.#zip !== undefined && this.#isCarrier && this.locate(offset).steps.length > 0;
  }
}

function isContinuation(byte: number): boolean {
  return byte >> 6 === 2;
}

/** A view of its own, by which the search knows the bytes again: the chunk itself may come once more with others. */
function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
