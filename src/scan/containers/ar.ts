import type { Container, Host } from './container.ts';
import { startsWith } from './magic.ts';
import { type ArchiveReader, StoredArchive } from './stored-archive.ts';

const magic = '!<arch>\n';
/** Its members are files beside it: only their names and a table of symbols are in it. */
const thinMagic = '!<thin>\n';
const headerBytes = 60;
const headerEnd = '`\n';
/** Longer tables are passed over: their members are then named by their number. */
const mostTableBytes = 4 * 1024 * 1024;
const mostNameBytes = 65_536;

/**
 * ar: packages of Debian, and static libraries.
 *
 * Names as GNU and BSD write them. Format: ar(5) of FreeBSD, deb(5), and binutils' archive.c.
 */
export const ar: Container = {
  name: 'ar',
  first: '!',
  detect: (head) => startsWith(head, magic) || startsWith(head, thinMagic),
  open: (host) => new StoredArchive('ar', host, read(host)),
};

function* read(host: Host): ArchiveReader {
  const first = yield { kind: 'bytes', count: magic.length };
  if (first.toString('latin1') === thinMagic) {
    host.notOpened('thin ar');
    return undefined;
  }
  let longNames = '';
  for (;;) {
    const header = yield { kind: 'bytes', count: headerBytes, last: true };
    let size = numberIn(header, 48, 58, 10);
    if (size === undefined || header.toString('latin1', 58) !== headerEnd) {
      host.damaged('a header of the ar archive cannot be read');
      return header;
    }
    const padding = size % 2;
    const name = header.toString('latin1', 0, 16).trimEnd();
    if (name === '//' && size <= mostTableBytes) {
      const table = yield { kind: 'bytes', count: size };
      longNames = table.toString('utf8');
    } else {
      let path = gnuName(name, longNames);
      const bsd = /^#1\/(\d+)$/.exec(name);
      if (bsd !== null) {
        const length = Number(bsd[1]);
        if (length > size || length > mostNameBytes) {
          host.damaged('a header of the ar archive cannot be read');
          return header;
        }
        const long = yield { kind: 'bytes', count: length };
        path = long.toString('utf8').replace(/\0+$/, '');
        size -= length;
      }
      yield { kind: 'member', member: { path, size, type: '0', attributes: attributesIn(header) } };
    }
    yield { kind: 'skip', count: padding };
  }
}

/** `name/`, or `/` and the place of the name in the table of long names, where a slash and a line feed end it. */
function gnuName(name: string, longNames: string): string {
  const place = /^\/(\d+)$/.exec(name);
  if (place === null) return name.length > 1 && !name.startsWith('/') ? name.replace(/\/$/, '') : name;
  const from = Number(place[1]);
  const end = longNames.indexOf('\n', from);
  const found = end < 0 ? '' : longNames.slice(from, end).replace(/\/$/, '');
  return found === '' ? `member ${from}` : found;
}

function attributesIn(header: Buffer): {
  mode: number | undefined;
  uid: number | undefined;
  gid: number | undefined;
  user: string;
  group: string;
} {
  return {
    mode: numberIn(header, 40, 48, 8),
    uid: numberIn(header, 28, 34, 10),
    gid: numberIn(header, 34, 40, 10),
    user: '',
    group: '',
  };
}

/** Digits, then spaces. */
function numberIn(header: Buffer, start: number, end: number, radix: 8 | 10): number | undefined {
  const digits = header.toString('latin1', start, end).trimEnd();
  return (radix === 8 ? /^[0-7]+$/ : /^\d+$/).test(digits) ? Number.parseInt(digits, radix) : undefined;
}
