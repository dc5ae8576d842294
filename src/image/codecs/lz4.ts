import type { ReportDamage, Sink } from '../sink.ts';
import { Lz4Error, type Lz4Window, readBlock } from './lz4-block.ts';
import { Xxh32 } from './xxh32.ts';

const frameMagic = 0x184d2204;
const legacyMagic = 0x184c2102;
/** How far back a match may reach into the blocks before. */
const reachBytes = 64 * 1024;
const legacyBlockBytes = 8 * 1024 * 1024;
/** By the three bits of the block descriptor. */
const blockBytes = [0, 0, 0, 0, 64 * 1024, 256 * 1024, 1024 * 1024, 4 * 1024 * 1024];
const storedFlag = 0x80000000;

/** Whether the bytes can start an LZ4 file: a frame, or the legacy format that Linux kernels use. */
export function isLz4(head: Uint8Array): boolean {
  if (head.length < 7) return false;
  const magic = head[0]! | (head[1]! << 8) | (head[2]! << 16) | (head[3]! << 24);
  return magic === legacyMagic || (magic === frameMagic && head[4]! >> 6 === 1);
}

/**
 * Decompresses LZ4 into `out`: any number of frames, skippable ones between them, and the legacy format.
 *
 * At most two blocks are held (16 MiB). Checksums of headers, blocks and contents are compared. Format: lz4_Frame_format.md
 * of LZ4, 1.6.4.
 */
export function unlz4(out: Sink, damaged: ReportDamage): Sink {
  return new Lz4Sink(out, damaged);
}

/** What a frame's header says. */
interface Frame {
  legacy: boolean;
  linked: boolean;
  blockChecksums: boolean;
  mostBytes: number;
  size: number | undefined;
  content: Xxh32 | undefined;
}

type State = 'magic' | 'header' | 'block-size' | 'block' | 'content-check' | 'skip-size' | 'skip' | 'lost';

class Lz4Sink implements Sink {
  readonly #out: Sink;
  readonly #damaged: ReportDamage;
  #state: State = 'magic';
  #gathered: Buffer = Buffer.alloc(0);
  #parts: Uint8Array[] = [];
  #filled = 0;
  #needed = 4;
  #skip = 0;
  #frames = 0;
  #frame: Frame | undefined;
  #stored = false;
  #decoded = 0;
  #window: Lz4Window = { bytes: new Uint8Array(0), end: 0 };

  constructor(out: Sink, damaged: ReportDamage) {
    this.#out = out;
    this.#damaged = damaged;
  }

  get done(): boolean {
    return this.#state === 'lost' || this.#out.done;
  }

  async push(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length && !this.done; ) {
      const wanted = this.#state === 'skip' ? this.#skip : this.#needed - this.#filled;
      const part = chunk.subarray(at, at + wanted);
      at += part.length;
      if (this.#state === 'skip') {
        this.#skip -= part.length;
        if (this.#skip === 0) this.#expect('magic', 4);
        continue;
      }
      // a copy: the chunk is the caller's again before the block is whole
      this.#parts.push(Uint8Array.from(part));
      this.#filled += part.length;
      if (this.#filled < this.#needed) continue;
      this.#gathered = Buffer.concat(this.#parts);
      await this.#read(this.#gathered);
    }
  }

  async end(): Promise<void> {
    // the legacy format has no end mark: it ends where the file does
    const atEdge =
      this.#filled === 0 && (this.#state === 'magic' || (this.#frame?.legacy && this.#state === 'block-size'));
    if (!this.done && !atEdge) this.#fail('the lz4 data is cut off');
    await this.#out.end();
  }

  close(): void {
    this.#state = 'lost';
    this.#window = { bytes: new Uint8Array(0), end: 0 };
    this.#out.close();
  }

  #expect(state: State, needed: number): void {
    this.#state = state;
    this.#needed = needed;
    this.#filled = 0;
    this.#parts = [];
  }

  async #read(bytes: Buffer): Promise<void> {
    if (this.#state === 'magic') this.#readMagic(bytes);
    else if (this.#state === 'header') this.#readHeader(bytes);
    else if (this.#state === 'block-size') this.#readBlockSize(bytes);
    else if (this.#state === 'block') await this.#readBlock(bytes);
    else if (this.#state === 'skip-size') {
      this.#skip = bytes.readUInt32LE(0);
      this.#expect(this.#skip === 0 ? 'magic' : 'skip', 4);
    } else {
      if (this.#frame!.content!.digest() !== bytes.readUInt32LE(0))
        this.#damaged('the checksum of the lz4 data does not hold');
      this.#expect('magic', 4);
    }
  }

  #readMagic(bytes: Buffer): void {
    const magic = bytes.readUInt32LE(0);
    if (magic === legacyMagic) {
      this.#open({
        legacy: true,
        linked: false,
        blockChecksums: false,
        mostBytes: legacyBlockBytes,
        size: undefined,
        content: undefined,
      });
    } else if (magic === frameMagic) this.#expect('header', 3);
    else if (magic >>> 4 === 0x0184d2a5) this.#expect('skip-size', 4);
    else if (this.#frames > 0 && magic === 0) this.#expect('magic', 4);
    else this.#fail('there are bytes behind the end of the lz4 data');
  }

  /** Flags and block size, then the content's size and a dictionary's id if there are any, and a byte of checksum. */
  #readHeader(bytes: Buffer): void {
    const [flags = 0, descriptor = 0] = bytes;
    const hasSize = (flags & 8) !== 0;
    const needed = 3 + (hasSize ? 8 : 0) + (flags & 1) * 4;
    if (bytes.length < needed) {
      // what is there stays gathered
      this.#needed = needed;
      return;
    }
    const check = (new Xxh32().update(bytes.subarray(0, needed - 1)).digest() >>> 8) & 0xff;
    const mostBytes = blockBytes[(descriptor >> 4) & 7]!;
    if (flags >> 6 !== 1 || mostBytes === 0 || check !== bytes[needed - 1])
      this.#fail('an lz4 header cannot be read', true);
    else if ((flags & 1) !== 0) this.#fail('an lz4 frame needs a dictionary', true);
    else
      this.#open({
        legacy: false,
        linked: (flags & 0x20) === 0,
        blockChecksums: (flags & 0x10) !== 0,
        mostBytes,
        size: hasSize ? Number(bytes.readBigUInt64LE(2)) : undefined,
        content: (flags & 4) === 0 ? undefined : new Xxh32(),
      });
  }

  #open(frame: Frame): void {
    this.#frame = frame;
    this.#frames += 1;
    this.#decoded = 0;
    // a block that is as long as it may be has to fit behind what it refers to
    this.#window = { bytes: new Uint8Array(reachBytes + frame.mostBytes), end: 0 };
    this.#expect('block-size', 4);
  }

  #readBlockSize(bytes: Buffer): void {
    const frame = this.#frame!;
    const field = bytes.readUInt32LE(0);
    if (frame.legacy) {
      // in the legacy format another frame may follow at once
      if (field === legacyMagic || field === frameMagic || field === 0) this.#readMagic(bytes);
      else if (field > frame.mostBytes + frame.mostBytes / 128) this.#fail('the lz4 data is broken', true);
      else {
        this.#stored = false;
        this.#expect('block', field);
      }
      return;
    }
    const size = field % storedFlag;
    this.#stored = field >= storedFlag;
    if (field === 0) this.#finishFrame();
    else if (size === 0 || size > frame.mostBytes) this.#fail('the lz4 data is broken', true);
    else this.#expect('block', size + (frame.blockChecksums ? 4 : 0));
  }

  #finishFrame(): void {
    const { size, content } = this.#frame!;
    if (size !== undefined && size !== this.#decoded)
      this.#damaged('an lz4 frame decodes to another size than it claims');
    this.#expect(content === undefined ? 'magic' : 'content-check', 4);
  }

  async #readBlock(bytes: Buffer): Promise<void> {
    const frame = this.#frame!;
    const block = frame.blockChecksums ? bytes.subarray(0, -4) : bytes;
    if (frame.blockChecksums && new Xxh32().update(block).digest() !== bytes.readUInt32LE(block.length))
      this.#damaged('the checksum of an lz4 block does not hold');
    const decoded = this.#decode(block, frame);
    if (decoded === undefined) {
      this.#fail('the lz4 data is broken', true);
      return;
    }
    this.#decoded += decoded.length;
    frame.content?.update(decoded);
    await this.#out.push(decoded);
    if (!this.done) this.#expect('block-size', 4);
  }

  /** The block's bytes, in the window, whose older bytes make room for them. */
  #decode(block: Uint8Array, frame: Frame): Uint8Array | undefined {
    const window = this.#window;
    const kept = frame.linked ? Math.min(window.end, reachBytes) : 0;
    window.bytes.copyWithin(0, window.end - kept, window.end);
    window.end = kept;
    if (this.#stored) {
      window.bytes.set(block, kept);
      window.end += block.length;
    } else {
      try {
        readBlock(block, window);
      } catch (error) {
        if (error instanceof Lz4Error) return undefined;
        throw error;
      }
    }
    return window.bytes.subarray(kept, window.end);
  }

  #fail(why: string, lost?: boolean): void {
    this.#state = 'lost';
    this.#damaged(why, lost);
  }
}
