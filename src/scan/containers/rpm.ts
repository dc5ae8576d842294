import type { Container, Host } from './container.ts';
import { startsWith } from './magic.ts';
import { type ArchiveReader, StoredArchive } from './stored-archive.ts';

const magic = '\xed\xab\xee\xdb';
const leadBytes = 96;
const headerMagic = '\x8e\xad\xe8\x01';
const introBytes = 16;
const entryBytes = 16;

/**
 * rpm: a lead, two headers of tags, and the payload, whose compression is told by its magic.
 *
 * The headers are searched as they stand. Format: "RPM v4 package format" of the rpm project.
 */
export const rpm: Container = {
  name: 'rpm',
  first: '\xed',
  detect: (head) => head.length >= leadBytes && startsWith(head, magic),
  open: (host) => new StoredArchive('rpm', host, read(host)),
};

function* read(host: Host): ArchiveReader {
  yield { kind: 'skip', count: leadBytes };
  for (const isSignature of [true, false]) {
    const intro = yield { kind: 'bytes', count: introBytes };
    if (!startsWith(intro, headerMagic)) {
      host.damaged('a header of the rpm cannot be read', true);
      return intro;
    }
    const size = intro.readUInt32BE(8) * entryBytes + intro.readUInt32BE(12);
    yield { kind: 'skip', count: size + (isSignature ? (8 - (size % 8)) % 8 : 0) };
  }
  yield { kind: 'rest', path: 'payload', sealed: 'rpm payload' };
  return undefined;
}
