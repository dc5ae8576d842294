import { HeaderBytes, SevenZipError } from './bytes.ts';
import { type Folder, readFolder } from './folder.ts';

const end = 0x00;
const packInfo = 0x06;
const unpackInfo = 0x07;
const subStreamsInfo = 0x08;
const sizeId = 0x09;
const crcId = 0x0a;
const folderId = 0x0b;
const coderSizes = 0x0c;
const streamCounts = 0x0d;

/** Each of them costs a decoder. */
const mostFolders = 2 ** 17;
const mostStreams = 2 ** 21;

/** A folder, and what is its. */
export interface PlacedFolder extends Folder {
  /** Its first packed stream, and its first file, among those of the archive. */
  firstPack: number;
  firstStream: number;
  /** How many files it holds. */
  streams: number;
  /** What each coder decodes to, in bytes. */
  sizes: Float64Array;
}

/** Which bytes of an archive hold what: folders of streams, each stream the bytes of a file. */
export class StreamsInfo {
  /** Where the packed streams begin, and the last of them ends, counted from behind the archive's first 32 bytes. */
  packStarts: Float64Array = new Float64Array(1);
  packSizes: Float64Array = new Float64Array(0);
  folderCount = 0;
  /** Of all folders, in order. */
  streamSizes: Float64Array = new Float64Array(0);
  /** CRC-32; -1 where there is none. */
  streamDigests: Float64Array = new Float64Array(0);
  #header = new HeaderBytes(Buffer.alloc(0));
  /** Where a folder stands in the header: there may be more than are worth to be kept as objects. */
  #folderAt: Uint32Array = new Uint32Array(0);
  /** First of a folder's coders among `#unpackSizes`. */
  #coderAt: Uint32Array = new Uint32Array(0);
  #unpackSizes: Float64Array = new Float64Array(0);
  #folderDigests: Float64Array = new Float64Array(0);
  #streamCounts: Uint32Array = new Uint32Array(0);
  /** Which of a folder's coders gives its files. */
  #mains: Uint8Array = new Uint8Array(0);

  /** Throws SevenZipError. */
  static read(header: HeaderBytes, whole: Buffer): StreamsInfo {
    const info = new StreamsInfo();
    info.#header = new HeaderBytes(whole);
    let hasStreams = false;
    for (let id = header.byte(); id !== end; id = header.byte()) {
      if (id === packInfo) info.#readPacks(header);
      else if (id === unpackInfo) info.#readFolders(header);
      else if (id === subStreamsInfo && !hasStreams) {
        info.#readStreams(header);
        hasStreams = true;
      } else throw new SevenZipError();
    }
    if (!hasStreams) info.#takeFoldersAsStreams();
    return info;
  }

  /** In their order, one after another: each begins where the one before ended, in packed streams and in files. */
  *folders(): Generator<PlacedFolder> {
    let firstPack = 0;
    let firstStream = 0;
    for (let index = 0; index < this.folderCount; index++) {
      this.#header.at = this.#folderAt[index]!;
      const folder = readFolder(this.#header);
      const sizes = this.#unpackSizes.subarray(this.#coderAt[index]!, this.#coderAt[index + 1]!);
      const streams = this.#streamCounts[index]!;
      if (firstPack + folder.packs > this.packSizes.length) throw new SevenZipError();
      yield { ...folder, firstPack, firstStream, streams, sizes };
      firstPack += folder.packs;
      firstStream += streams;
    }
  }

  #readPacks(header: HeaderBytes): void {
    const offset = header.number();
    const count = header.count(mostStreams);
    for (let id = header.byte(); id !== end; id = header.byte()) {
      if (id === sizeId) this.packSizes = Float64Array.from({ length: count }, () => header.number());
      else if (id === crcId) header.digests(count);
      else throw new SevenZipError();
    }
    if (this.packSizes.length !== count) throw new SevenZipError();
    this.packStarts = new Float64Array(count + 1).fill(offset);
    for (let pack = 0; pack < count; pack++) this.packStarts[pack + 1] = this.packStarts[pack]! + this.packSizes[pack]!;
  }

  #readFolders(header: HeaderBytes): void {
    if (header.byte() !== folderId) throw new SevenZipError();
    const count = header.count(mostFolders);
    if (header.byte() !== 0) throw new SevenZipError('7z with an external header');
    this.folderCount = count;
    this.#folderAt = new Uint32Array(count);
    this.#coderAt = new Uint32Array(count + 1);
    this.#folderDigests = new Float64Array(count).fill(-1);
    this.#streamCounts = new Uint32Array(count).fill(1);
    const main = new Uint8Array(count);
    for (let index = 0; index < count; index++) {
      this.#folderAt[index] = header.at;
      const folder = readFolder(header);
      main[index] = folder.main;
      this.#coderAt[index + 1] = this.#coderAt[index]! + folder.coders.length;
    }
    if (header.byte() !== coderSizes) throw new SevenZipError();
    this.#unpackSizes = Float64Array.from({ length: this.#coderAt[count]! }, () => header.number());
    for (let id = header.byte(); id !== end; id = header.byte()) {
      if (id !== crcId) throw new SevenZipError();
      this.#folderDigests = header.digests(count);
    }
    this.#mains = main;
  }

  #folderSize(index: number): number {
    return this.#unpackSizes[this.#coderAt[index]! + this.#mains[index]!]!;
  }

  #takeFoldersAsStreams(): void {
    this.streamSizes = Float64Array.from({ length: this.folderCount }, (_, index) => this.#folderSize(index));
    this.streamDigests = this.#folderDigests;
  }

  #readStreams(header: HeaderBytes): void {
    let id = header.byte();
    if (id === streamCounts) {
      let total = 0;
      for (let index = 0; index < this.folderCount; index++) {
        const count = header.number();
        total += count;
        if (total > mostStreams) throw new SevenZipError('7z with too many files');
        this.#streamCounts[index] = count;
      }
      id = header.byte();
    }
    this.#readSizes(header, id === sizeId);
    if (id === sizeId) id = header.byte();
    this.streamDigests = this.#knownDigests();
    for (; id !== end; id = header.byte()) {
      if (id !== crcId) throw new SevenZipError();
      this.#readDigests(header);
    }
  }

  /** Those of a folder but the last, which has what is left. */
  #readSizes(header: HeaderBytes, written: boolean): void {
    const sizes = new Float64Array(this.#streamCounts.reduce((total, count) => total + count, 0));
    let at = 0;
    for (const [index, count] of this.#streamCounts.entries()) {
      let left = this.#folderSize(index);
      if (count > 1 && !written) throw new SevenZipError();
      for (let stream = 1; stream < count; stream++) {
        const size = header.number();
        if (size > left) throw new SevenZipError();
        left -= size;
        sizes[at++] = size;
      }
      if (count > 0) sizes[at++] = left;
    }
    this.streamSizes = sizes;
  }

  /** The only stream of a folder has the folder's. */
  #knownDigests(): Float64Array {
    const digests = new Float64Array(this.streamSizes.length).fill(-1);
    let at = 0;
    for (const [index, count] of this.#streamCounts.entries()) {
      if (count === 1) digests[at] = this.#folderDigests[index]!;
      at += count;
    }
    return digests;
  }

  #readDigests(header: HeaderBytes): void {
    const known = this.streamDigests;
    const missing: number[] = [];
    let at = 0;
    for (const count of this.#streamCounts) {
      for (let stream = 0; stream < count; stream++, at++) if (count !== 1 || known[at]! < 0) missing.push(at);
    }
    for (const [index, digest] of header.digests(missing.length).entries()) known[missing[index]!] = digest;
  }
}
