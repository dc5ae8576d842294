import type { RawAttributes } from '../../image/index.ts';
import type { Container, Host } from './container.ts';
import { startsWith } from './magic.ts';
import { type ArchiveReader, StoredArchive } from './stored-archive.ts';

const magicBytes = 6;
const newcMagics = ['070701', '070702'];
const odcMagic = '070707';
const newcBytes = 110;
const odcBytes = 76;
const trailer = 'TRAILER!!!';
/** As Linux's own reader (PATH_MAX), and room to spare. */
const mostNameBytes = 65_536;

/**
 * cpio: payloads of RPM packages, and the first root file system of Linux kernels.
 *
 * The formats newc, crc and odc; behind a trailer other archives may follow, compressed or not, as an initramfs has them.
 * Format: cpio(5) of FreeBSD; the kernel's early-userspace/buffer-format.rst.
 */
export const cpio: Container = {
  name: 'cpio',
  first: '0',
  detect: (head) => [...newcMagics, odcMagic].some((magic) => startsWith(head, magic)) && isPlausible(head),
  open: (host) => new StoredArchive('cpio', host, read(host)),
};

/** The fields that are needed of any header. */
interface Header {
  mode: number;
  uid: number;
  gid: number;
  nameBytes: number;
  size: number;
}

function isPlausible(head: Uint8Array): boolean {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.length);
  return head.length >= odcBytes && parse(bytes) !== undefined;
}

function parse(bytes: Buffer): Header | undefined {
  const odc = bytes.toString('latin1', 0, magicBytes) === odcMagic;
  const text = bytes.toString('latin1', magicBytes, odc ? odcBytes : newcBytes);
  if (!(odc ? /^[0-7]{70}$/ : /^[0-9A-Fa-f]{104}$/).test(text)) return undefined;
  const field = (start: number, length: number): number =>
    Number.parseInt(bytes.toString('latin1', start, start + length), odc ? 8 : 16);
  const header = odc
    ? { mode: field(18, 6), uid: field(24, 6), gid: field(30, 6), nameBytes: field(59, 6), size: field(65, 11) }
    : { mode: field(14, 8), uid: field(22, 8), gid: field(30, 8), nameBytes: field(94, 8), size: field(54, 8) };
  return header.nameBytes > 0 && header.nameBytes <= mostNameBytes ? header : undefined;
}

function* read(host: Host): ArchiveReader {
  let magic = yield { kind: 'bytes', count: magicBytes };
  for (;;) {
    const odc = magic.toString('latin1') === odcMagic;
    const fields = yield { kind: 'bytes', count: (odc ? odcBytes : newcBytes) - magicBytes };
    const header = parse(Buffer.concat([magic, fields]));
    if (header === undefined) {
      host.damaged('a header of the cpio archive cannot be read');
      return Buffer.concat([magic, fields]);
    }
    const named = yield {
      kind: 'bytes',
      count: header.nameBytes + (odc ? 0 : paddingTo4(newcBytes + header.nameBytes)),
    };
    const end = named.indexOf(0);
    const path = named.toString('utf8', 0, end < 0 ? header.nameBytes : end);
    if (path === trailer && header.size === 0) {
      yield { kind: 'zeros' };
      magic = yield { kind: 'bytes', count: magicBytes, last: true };
    } else {
      yield {
        kind: 'member',
        member: { path, size: header.size, type: typeOf(header), attributes: attributesOf(header) },
      };
      if (!odc) yield { kind: 'skip', count: paddingTo4(header.size) };
      magic = yield { kind: 'bytes', count: magicBytes };
    }
    const known = [...newcMagics, odcMagic].includes(magic.toString('latin1'));
    if (!known && path === trailer) yield { kind: 'rest', path: 'behind the trailer', head: magic };
    if (!known) {
      host.damaged('a header of the cpio archive cannot be read');
      return magic;
    }
  }
}

function paddingTo4(length: number): number {
  return (4 - (length % 4)) % 4;
}

/** A tar's type flag for the file type bits of a mode. */
function typeOf({ mode }: Header): string {
  const types: Readonly<Record<number, string>> = { 7: '0', 9: '2', 2: '3', 6: '4', 4: '5', 1: '6' };
  return types[mode >> 12] ?? '0';
}

function attributesOf({ mode, uid, gid }: Header): RawAttributes {
  return { mode, uid, gid, user: '', group: '' };
}
