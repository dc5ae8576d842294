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
  { name: 'lz4', magic: '\x04\x22\x4d\x18' },
  { name: 'lzip', magic: 'LZIP' },
  { name: 'rpm', magic: '\xed\xab\xee\xdb' },
  { name: 'deb', magic: '!<arch>\ndebian-binary' },
  { name: 'cpio', magic: '070701' },
  { name: 'cpio', magic: '070702' },
  { name: 'squashfs', magic: 'hsqs' },
];

/** Which sealed wrapper a stream is that starts with these bytes. */
export function sealedKind(head: Uint8Array): string | undefined {
  return sealed.find(({ magic }) => startsWith(head, magic))?.name;
}
