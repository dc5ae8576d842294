import { startsWith } from './magic.ts';

/** A wrapper that is recognised but not opened yet: it is counted, so that nobody takes it for searched. */
export interface Sealed {
  name: string;
  /** First bytes, in latin1. */
  magic: string;
}

/** Magic numbers: as in the formats' own documents, and in file(1). */
const sealed: readonly Sealed[] = [
  { name: '7z', magic: '7z\xbc\xaf\x27\x1c' },
  { name: 'rar', magic: 'Rar!\x1a\x07' },
  // of an rpm with files of more than 4 GiB, whose names and sizes are in the rpm's header
  { name: 'cpio without names', magic: '07070X' },
  { name: 'lzop', magic: '\x89LZO\0\r\n\x1a\n' },
  { name: 'lrzip', magic: 'LRZI' },
  { name: 'xar', magic: 'xar!\0\x1c' },
  { name: 'cab', magic: 'MSCF\0\0\0\0' },
  { name: 'snappy', magic: '\xff\x06\0\0sNaPpY' },
  { name: 'sqlite journal', magic: '\xd9\xd5\x05\xf9\x20\xa1\x63\xd7' },
  { name: 'pip cache of another form', magic: 'cc=2,' },
  { name: 'squashfs', magic: 'hsqs' },
];

/** Which sealed wrapper a stream is that starts with these bytes. */
export function sealedKind(head: Uint8Array): string | undefined {
  return sealed.find(({ magic }) => startsWith(head, magic))?.name;
}
