import { startsWith } from './magic.ts';

/** A wrapper that is recognised but not opened yet: it is counted, so that nobody takes it for searched. */
export interface Sealed {
  name: string;
  /** First bytes, in latin1. */
  magic: string;
  /** For a magic that is too short to be enough. */
  plausible?: (head: Uint8Array) => boolean;
}

/** Magic numbers: as in the formats' own documents, and in file(1). */
const sealed: readonly Sealed[] = [
  { name: '7z', magic: '7z\xbc\xaf\x27\x1c' },
  { name: 'rar', magic: 'Rar!\x1a\x07' },
  // of an rpm with files of more than 4 GiB, whose names and sizes are in the rpm's header
  { name: 'cpio without names', magic: '07070X' },
  // gzip(1) still reads it; the largest code has 9 to 16 bits
  {
    name: 'compress',
    magic: '\x1f\x9d',
    plausible: (head) => [9, 10, 11, 12, 13, 14, 15, 16].includes(head[2]! & 0x7f),
  },
  { name: 'binary cpio', magic: '\xc7\x71', plausible: (head) => isBinaryCpio(head, true) },
  { name: 'binary cpio', magic: '\x71\xc7', plausible: (head) => isBinaryCpio(head, false) },
  { name: 'lzop', magic: '\x89LZO\0\r\n\x1a\n' },
  { name: 'zpaq', magic: '7kSt\xa0\x31\x83\xd3\x8c\xb2\x28\xb0\xd3zPQ' },
  // packages and indexes of apk 3; one that is not compressed begins with `ADB.`
  { name: 'adb', magic: 'ADBd' },
  { name: 'adb', magic: 'ADBc' },
  { name: 'lrzip', magic: 'LRZI' },
  { name: 'xar', magic: 'xar!\0\x1c' },
  { name: 'cab', magic: 'MSCF\0\0\0\0' },
  { name: 'snappy', magic: '\xff\x06\0\0sNaPpY' },
  { name: 'sqlite journal', magic: '\xd9\xd5\x05\xf9\x20\xa1\x63\xd7' },
  { name: 'pip cache of another form', magic: 'cc=2,' },
  { name: 'squashfs', magic: 'hsqs' },
];

/** The format that GNU cpio writes unless told otherwise: numbers of 16 bits, in the writer's byte order. */
function isBinaryCpio(head: Uint8Array, little: boolean): boolean {
  if (head.length < 26) return false;
  const header = new DataView(head.buffer, head.byteOffset, 26);
  const [type, nameBytes] = [header.getUint16(6, little) >> 12, header.getUint16(20, little)];
  return [1, 2, 4, 6, 8, 10, 12].includes(type) && nameBytes > 1 && nameBytes <= 4096;
}

/** By first byte, as nearly every file of an image is asked about. */
const byFirst = new Map<number, Sealed[]>();
for (const one of sealed) {
  const first = one.magic.charCodeAt(0);
  byFirst.set(first, [...(byFirst.get(first) ?? []), one]);
}

/** Which sealed wrapper a stream is that starts with these bytes. */
export function sealedKind(head: Uint8Array): string | undefined {
  const few = byFirst.get(head[0] ?? -1);
  return few?.find(({ magic, plausible }) => startsWith(head, magic) && plausible?.(head) !== false)?.name;
}
