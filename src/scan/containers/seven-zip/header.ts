import { HeaderBytes, SevenZipError } from './bytes.ts';
import { StreamsInfo } from './streams.ts';

const headerId = 0x01;
const archiveProperties = 0x02;
const additionalStreams = 0x03;
const mainStreams = 0x04;
const filesInfo = 0x05;
const emptyStream = 0x0e;
const emptyFile = 0x0f;
const nameId = 0x11;
const encodedHeader = 0x17;

const mostFiles = 2 ** 21;

/** A header of an archive: where the real one is, or which files there are. */
export type SevenZipHeader = { /** Where it ends: what stands behind that means nothing. */ end: number } & (
  | { kind: 'encoded'; streams: StreamsInfo }
  | { kind: 'files'; streams: StreamsInfo | undefined; files: SevenZipFiles }
);

/** The files of an archive, in order. Those with content have the streams, in the same order. */
export interface SevenZipFiles {
  count: number;
  /** Their names, one after another, each ended by a zero, in UTF-16LE; undefined when there are none. */
  names: { start: number; end: number } | undefined;
  hasStream(index: number): boolean;
  /** Of the files without a stream, by their place among these: not a folder. */
  isEmptyFile(index: number): boolean;
}

/** Reads a header. Throws SevenZipError. Format: 7zFormat.txt of the LZMA SDK. */
export function readHeader(bytes: Buffer): SevenZipHeader {
  const header = new HeaderBytes(bytes);
  const id = header.byte();
  if (id === encodedHeader) {
    const streams = StreamsInfo.read(header, bytes);
    return { kind: 'encoded', streams, end: header.at };
  }
  if (id !== headerId) throw new SevenZipError();
  let streams: StreamsInfo | undefined;
  let files: SevenZipFiles | undefined;
  for (let part = header.byte(); part !== 0; part = header.byte()) {
    if (part === archiveProperties) skipProperties(header);
    else if (part === additionalStreams) throw new SevenZipError('7z with an external header');
    else if (part === mainStreams && streams === undefined) streams = StreamsInfo.read(header, bytes);
    else if (part === filesInfo && files === undefined) files = readFiles(header);
    else throw new SevenZipError();
  }
  const none = { count: 0, names: undefined, hasStream: () => true, isEmptyFile: () => false };
  return { kind: 'files', streams, files: files ?? none, end: header.at };
}

function skipProperties(header: HeaderBytes): void {
  while (header.byte() !== 0) header.take(header.number());
}

/** Times and attributes are passed over: as all of the header they are searched as they stand. */
function readFiles(header: HeaderBytes): SevenZipFiles {
  const count = header.count(mostFiles, 1);
  let isEmptyStream = (_index: number): boolean => false;
  const files: SevenZipFiles = {
    count,
    names: undefined,
    hasStream: (index) => !isEmptyStream(index),
    isEmptyFile: () => false,
  };
  let emptyStreams = 0;
  for (let id = header.byte(); id !== 0; id = header.byte()) {
    const size = header.number();
    const start = header.at;
    const end = start + header.take(size).length;
    header.at = start;
    if (id === emptyStream) {
      isEmptyStream = header.bits(count);
      for (let index = 0; index < count; index++) if (isEmptyStream(index)) emptyStreams += 1;
    } else if (id === emptyFile) files.isEmptyFile = header.bits(emptyStreams);
    else if (id === nameId) {
      if (header.byte() !== 0) throw new SevenZipError('7z with an external header');
      files.names = { start: start + 1, end };
    }
    if (header.at > end) throw new SevenZipError();
    header.at = end;
  }
  return files;
}

/** The names that stand in a header, each as many characters as there are before its zero. */
export function* namesOf(bytes: Buffer, { names }: SevenZipFiles): Generator<string> {
  if (names === undefined) return;
  for (let at = names.start; at < names.end; ) {
    let end = at;
    while (end + 1 < names.end && (bytes[end] !== 0 || bytes[end + 1] !== 0)) end += 2;
    yield bytes.toString('utf16le', at, Math.min(end, names.end));
    at = end + 2;
  }
}
