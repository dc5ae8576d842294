import { crc32 } from 'node:zlib';
import { behindEnd } from '../behind.ts';
import type { Host } from '../container.ts';
import { SevenZipError } from './bytes.ts';
import { setUpBytes } from './coders.ts';
import { Collected } from './collected.ts';
import { decodeFolder, folderProblem } from './decode-folder.ts';
import { namesOf, readHeader, type SevenZipFiles, type SevenZipHeader } from './header.ts';
import type { HeldBytes } from './held-bytes.ts';
import { type Member, Members } from './members.ts';
import type { PlacedFolder, StreamsInfo } from './streams.ts';

/** Everything counts from behind the first header. */
export const startBytes = 32;
/** Of half a million files, or of more with short names. */
const mostHeaderBytes = 32 * 1024 * 1024;
/** A header may be packed, and that one too. */
const mostHeaders = 4;
/** What may be set up for decoders: many small folders are slower to begin than to decode. */
const mostSetUpBytes = 4 * 1024 ** 3;
/** Of a name in the name of a place. */
const mostPathLength = 4096;

/** Where the header is, counted from behind the first 32 bytes, and its CRC-32. */
export interface HeaderPlace {
  offset: number;
  size: number;
  digest: number;
}

/** A whole archive, of which all files are opened. */
export class SevenZipArchive {
  readonly #host: Host;
  readonly #held: HeldBytes;
  /** Where bytes are that something tells of, in any order. */
  readonly #known: { start: number; end: number }[] = [{ start: 0, end: startBytes }];
  #setUp = 0;

  constructor(host: Host, held: HeldBytes) {
    this.#host = host;
    this.#held = held;
  }

  /** Tells the host what is wrong, or not opened. */
  async open({ offset, size, digest }: HeaderPlace): Promise<void> {
    try {
      const bytes = this.#headerAt(startBytes + offset, size);
      if (crc32(bytes) !== digest) throw new SevenZipError();
      await this.#follow(bytes);
    } catch (error) {
      if (!(error instanceof SevenZipError)) throw error;
      if (error.kind !== undefined) this.#host.notOpened(error.kind);
      else this.#host.damaged('the header of the 7z archive cannot be read', true);
    }
  }

  #headerAt(start: number, size: number): Buffer {
    if (size > mostHeaderBytes) throw new SevenZipError('7z with a large header');
    this.#known.push({ start, end: start + size });
    return Buffer.concat([...this.#held.range(start, start + size)]);
  }

  /** Unpacks the header as often as it is packed, then opens what it tells of. */
  async #follow(bytes: Buffer): Promise<void> {
    let found = bytes;
    for (let turn = 0; turn < mostHeaders; turn++) {
      const header = readHeader(found);
      await this.#openRest(found.subarray(header.end));
      if (header.kind === 'files') {
        if (turn > 0) await this.#searchHeader(found, header.files);
        await this.#openFiles(found, header);
        await this.#openGaps();
        return;
      }
      found = await this.#unpackHeader(header.streams);
    }
    throw new SevenZipError('7z with a header that is packed many times');
  }

  async #openRest(bytes: Buffer): Promise<void> {
    if (bytes.every((byte) => byte === 0)) return;
    this.#host.damaged('there are bytes behind the header of the 7z archive');
    const sink = this.#host.decoded('behind the header');
    await sink.push(bytes);
    await sink.end();
  }

  async #unpackHeader(streams: StreamsInfo): Promise<Buffer> {
    const [folder, another] = streams.folders();
    const size = streams.streamSizes[0] ?? 0;
    if (folder === undefined || another !== undefined || streams.streamSizes.length !== 1) throw new SevenZipError();
    if (size > mostHeaderBytes) throw new SevenZipError('7z with a large header');
    const problem = folderProblem(folder);
    if (problem === 'encrypted 7z files') throw new SevenZipError('encrypted 7z');
    if (problem !== undefined) throw new SevenZipError(problem);
    const header = new Collected(size);
    let whole = true;
    const damaged = (): void => {
      whole = false;
    };
    const unsupported = (): void => {
      throw new SevenZipError('7z with a large window');
    };
    const reports = { damaged, unsupported, behind: undefined };
    await decodeFolder(folder, header, reports, (pack) => this.#pack(streams, pack));
    this.#know(streams, folder.packs);
    const { bytes } = header;
    const digest = streams.streamDigests[0]!;
    if (!whole || bytes.length !== size || (digest >= 0 && crc32(bytes) !== digest)) throw new SevenZipError();
    return bytes;
  }

  /** One that was packed stands nowhere else. Names are searched by themselves, in UTF-8. */
  async #searchHeader(bytes: Buffer, { names }: SevenZipFiles): Promise<void> {
    const sink = this.#host.decoded('header', true);
    await sink.push(bytes.subarray(0, names?.start));
    if (names !== undefined) await sink.push(bytes.subarray(names.end));
    await sink.end();
  }

  async #openFiles(bytes: Buffer, { streams, files }: SevenZipHeader & { kind: 'files' }): Promise<void> {
    const paths = this.#paths(bytes, files);
    let packs = 0;
    for (const folder of streams?.folders() ?? []) {
      await this.#openFolder(streams!, folder, paths);
      packs += folder.packs;
    }
    if (streams !== undefined) this.#know(streams, packs);
    if (!paths.next().done) throw new SevenZipError();
  }

  /** The first of the packed streams were read; they lie one behind the other. */
  #know({ packStarts }: StreamsInfo, packs: number): void {
    this.#known.push({ start: startBytes + packStarts[0]!, end: startBytes + packStarts[packs]! });
  }

  /** Of the files that have streams. All names are searched on the way, and files counted. */
  *#paths(bytes: Buffer, files: SevenZipFiles): Generator<string, void> {
    const names = namesOf(bytes, files);
    let empty = 0;
    for (let index = 0; index < files.count; index++) {
      const { value: name = `file ${index + 1}`, done } = names.next();
      if (done === true && files.names !== undefined) throw new SevenZipError();
      const path = name.slice(0, mostPathLength);
      this.#host.named(Buffer.from(name), path);
      const hasStream = files.hasStream(index);
      this.#host.memberSeen(path, hasStream || files.isEmptyFile(empty) ? '0' : '5');
      if (hasStream) yield path;
      else empty += 1;
    }
    if (files.names !== undefined && names.next().done !== true) throw new SevenZipError();
  }

  async #openFolder(streams: StreamsInfo, folder: PlacedFolder, paths: Iterator<string, void>): Promise<void> {
    const members = membersOf(streams, folder, paths);
    const name = `folder of stream ${folder.firstPack + 1}`;
    const problem = this.#problem(folder);
    if (problem !== undefined) {
      this.#host.notOpened(problem, members.next().value?.path ?? name);
      for (const _ of members);
      return;
    }
    const { damaged } = this.#host;
    let opened = true;
    const unsupported = (): void => {
      opened = false;
      this.#host.notOpened('7z with a large window', name);
    };
    const out = new Members(this.#host, members, `behind the files of the ${name}`);
    const reports = { damaged, unsupported, behind: behindEnd(this.#host) };
    await decodeFolder(folder, out, reports, (pack) => this.#pack(streams, folder.firstPack + pack));
    if (opened && !out.stopped && !out.complete)
      this.#host.damaged('the 7z archive holds less than its header says', true);
    for (const _ of members);
  }

  #problem(folder: PlacedFolder): string | undefined {
    const problem = folderProblem(folder);
    if (problem !== undefined) return problem;
    for (const coder of folder.coders) this.#setUp += setUpBytes(coder);
    return this.#setUp > mostSetUpBytes ? '7z with too many folders' : undefined;
  }

  #pack(streams: StreamsInfo, pack: number): Iterable<Uint8Array> {
    const start = startBytes + streams.packStarts[pack]!;
    return this.#held.range(start, start + streams.packSizes[pack]!);
  }

  /** What no part of the archive is: readers pass it over. */
  async #openGaps(): Promise<void> {
    this.#known.sort((a, b) => a.start - b.start);
    let at = 0;
    let told = false;
    for (const { start, end } of [...this.#known, { start: this.#held.length, end: this.#held.length }]) {
      const parts = start > at ? [...this.#held.range(at, start)] : [];
      if (parts.some((part) => part.some((byte) => byte !== 0))) {
        if (!told) this.#host.damaged('there are bytes between the parts of the 7z archive');
        told = true;
        const sink = this.#host.stored(`at byte ${at}`);
        for (const part of parts) await sink.push(part);
        await sink.end();
      }
      at = Math.max(at, end);
    }
  }
}

/** The files of a folder, in the order of their bytes. */
function* membersOf(
  streams: StreamsInfo,
  folder: PlacedFolder,
  paths: Iterator<string, void>,
): Generator<Member, void> {
  for (let stream = folder.firstStream; stream < folder.firstStream + folder.streams; stream++) {
    const path = paths.next().value ?? `stream ${stream + 1}`;
    yield { path, size: streams.streamSizes[stream]!, digest: streams.streamDigests[stream]! };
  }
}
