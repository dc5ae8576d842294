import type { ReportDamage, Sink } from '../sink.ts';
import { Behind, type MakeBehind } from './behind.ts';
import { BitReader } from './bit-reader.ts';
import { type Bzip2Block, readBlock } from './bzip2-block.ts';

const headerBytes = 4;
/** Half of a magic each: π and √π in decimal, one digit a nibble. */
const blockMagic = [0x314159, 0x265359];
const endMagic = [0x177245, 0x385090];
/** Magic and checksum of a block and of the end. */
const magicBytes = 10;
const pieceBytes = 256 * 1024;
/** Later it is a little more than the block before had: the next one may be as large. */
const firstTryBytes = 256;

/** A hostile block spends up to 20 bits on each of its symbols; tables come on top. */
function mostBlockBytes(level: number): number {
  return level * 250_000 + 65_536;
}

/** Whether the bytes can start a bzip2 file: its header, then a block or the end. */
export function isBzip2(head: Uint8Array): boolean {
  return head.length >= headerBytes + magicBytes && levelOf(head) > 0 && [0x31, 0x17].includes(head[4]!);
}

function levelOf(head: Uint8Array): number {
  const level = head[3]! - 0x30;
  return head[0] === 0x42 && head[1] === 0x5a && head[2] === 0x68 && level >= 1 && level <= 9 ? level : 0;
}

/**
 * Decompresses bzip2 into `out`: any number of streams one after another.
 *
 * A block is decoded once all its input is there, so some 10 MB are held at most. The checksums of blocks and streams are compared.
 * What stands behind the last stream goes to the sink that `behind` makes; with `prompt` as soon as about twice the bytes of
 * the largest block are there, at the cost of decoding some blocks in part before.
 */
export function unbzip2(out: Sink, damaged: ReportDamage, behind?: MakeBehind, prompt = false): Sink {
  return new Bzip2Sink(out, damaged, behind, prompt);
}

class Bzip2Sink implements Sink {
  readonly #out: Sink;
  readonly #damaged: ReportDamage;
  /** What was not decoded yet, from `#bit` on; grows by the chunk, and is cut by the block. */
  #input: Buffer = Buffer.alloc(0);
  #bit = 0;
  /** Of the stream that is being read; 0 between streams. */
  #level = 0;
  #streams = 0;
  /** Of all blocks of the stream. */
  #checksum = 0;
  #lost = false;
  readonly #prompt: boolean;
  /** With so many bytes it is tried whether a block is whole. */
  #tryAt = firstTryBytes;
  /** No more bytes will come. */
  #final = false;
  readonly #behind: Behind;
  /** The last stream is over. */
  #ended = false;

  constructor(out: Sink, damaged: ReportDamage, behind: MakeBehind, prompt: boolean) {
    this.#prompt = prompt;
    this.#out = out;
    this.#behind = new Behind('bzip2', damaged, behind);
    this.#damaged = damaged;
  }

  get done(): boolean {
    return this.#lost || (this.#ended ? this.#behind : this.#out).done;
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (this.done) return;
    if (this.#ended) {
      await this.#behind.push(chunk);
      return;
    }
    this.#input = Buffer.concat([this.#input.subarray(Math.floor(this.#bit / 8)), chunk]);
    this.#bit %= 8;
    while (!this.done && this.#isEnough) await this.#step();
  }

  async end(): Promise<void> {
    this.#final = true;
    while (!this.done && this.#bit / 8 < this.#input.length) await this.#step();
    if (!this.done && this.#level > 0) this.#fail('the bzip2 data is cut off');
    await this.#out.end();
    await this.#behind.end();
  }

  close(): void {
    this.#lost = true;
    this.#out.close();
    this.#behind.close();
  }

  /** Of what was not decoded yet. */
  get #leftBytes(): number {
    return this.#input.length - this.#bit / 8;
  }

  /** The next step may be possible. */
  get #isEnough(): boolean {
    if (!this.#prompt) return this.#leftBytes >= mostBlockBytes(this.#level);
    return this.#leftBytes >= (this.#level === 0 ? headerBytes : this.#tryAt);
  }

  /** Input ended within a block: more may come. */
  #runOut(): void {
    if (this.#prompt && !this.#final && this.#leftBytes < mostBlockBytes(this.#level))
      this.#tryAt = Math.min(2 * this.#leftBytes, mostBlockBytes(this.#level));
    else this.#fail('the bzip2 data is cut off');
  }

  /** A header, a block, or the end of a stream. */
  async #step(): Promise<void> {
    if (this.#level === 0) {
      await this.#readHeader();
      return;
    }
    const bits = new BitReader(this.#input);
    bits.seek(this.#bit);
    const magic = [bits.read(24), bits.read(24)];
    const checksum = bits.read(16) * 65536 + bits.read(16);
    if (bits.overrun) this.#runOut();
    else if (magic.every((half, at) => half === blockMagic[at])) await this.#decode(bits, checksum);
    else if (magic.every((half, at) => half === endMagic[at])) {
      if (checksum !== this.#checksum) this.#damaged('the checksum of the bzip2 data does not hold');
      bits.alignToByte();
      this.#bit = bits.bit;
      this.#level = 0;
    } else this.#fail('the bzip2 data is broken', true);
  }

  async #readHeader(): Promise<void> {
    const rest = this.#input.subarray(this.#bit / 8);
    this.#level = rest.length < headerBytes ? 0 : levelOf(rest);
    this.#bit += 8 * headerBytes;
    this.#streams += 1;
    this.#checksum = 0;
    if (this.#level > 0) return;
    if (this.#streams === 1) this.#fail('the bzip2 header cannot be read');
    else {
      this.#ended = true;
      this.#bit = 8 * this.#input.length;
      await this.#behind.push(rest);
    }
  }

  async #decode(bits: BitReader, checksum: number): Promise<void> {
    let block: Bzip2Block;
    try {
      block = readBlock(bits, this.#level * 100_000);
    } catch {
      if (bits.overrun) this.#runOut();
      else this.#fail('the bzip2 data is broken', true);
      return;
    }
    if (bits.overrun) {
      this.#runOut();
      return;
    }
    this.#tryAt = Math.max(firstTryBytes, Math.ceil((bits.bit - this.#bit) / 7));
    this.#bit = bits.bit;
    this.#checksum = (((this.#checksum << 1) | (this.#checksum >>> 31)) ^ checksum) >>> 0;
    let crc = 0xffffffff;
    for (const piece of piecesOf(block)) {
      crc = checksumOf(piece, crc);
      if (!this.#out.done) await this.#out.push(piece);
    }
    if ((crc ^ 0xffffffff) >>> 0 !== checksum) this.#damaged('the checksum of a bzip2 block does not hold');
  }

  #fail(why: string, lost?: boolean): void {
    this.#lost = true;
    this.#damaged(why, lost);
  }
}

/** Follows the links of a block and undoes its runs: a byte behind four equal ones says how often they go on. */
function* piecesOf({ table, length, start }: Bzip2Block): Generator<Uint8Array> {
  const piece = new Uint8Array(pieceBytes);
  let filled = 0;
  let place = start;
  let last = -1;
  let equal = 0;
  for (let index = 0; index < length; index++) {
    const entry = table[place]!;
    place = entry >>> 8;
    const byte = entry & 0xff;
    // a run is 255 bytes at most
    if (filled + 256 > pieceBytes) {
      yield piece.subarray(0, filled);
      filled = 0;
    }
    if (equal === 4) {
      piece.fill(last, filled, filled + byte);
      filled += byte;
      equal = 0;
      last = -1;
      continue;
    }
    equal = byte === last ? equal + 1 : 1;
    last = byte;
    piece[filled++] = byte;
  }
  yield piece.subarray(0, filled);
}

/** CRC-32 with the most significant bit first, as bzip2 has it; not zlib's. */
const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc >>> 0;
});

function checksumOf(bytes: Uint8Array, from: number): number {
  let crc = from;
  for (let at = 0; at < bytes.length; at++) crc = (crc << 8) ^ crcTable[(crc >>> 24) ^ bytes[at]!]!;
  return crc >>> 0;
}
