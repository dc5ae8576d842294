import type { Container, Host } from './container.ts';
import { startsWith } from './magic.ts';
import { type ArchiveReader, StoredArchive } from './stored-archive.ts';

/** The serialisation's version, then msgpack: a map of one, `response`, a map whose first key is `body`. */
const prefix = /^cc=4,\x81\xa8response[\x80-\x8f]\xa4body$/;
const prefixBytes = 21;

/**
 * A response in the cache of pip (CacheControl): its body may be a wheel, or anything that the server had compressed.
 *
 * From pip 23.1 on the body is a file of its own. Format: cachecontrol/serialize.py, and msgpack's spec.md.
 */
export const pipCache: Container = {
  name: 'pip cache',
  first: 'c',
  detect: (head) =>
    startsWith(head, 'cc=4,') && prefix.test(Buffer.from(head.subarray(0, prefixBytes)).toString('latin1')),
  open: (host) => new StoredArchive('pip cache', host, read(host)),
};

function* read(host: Host): ArchiveReader {
  yield { kind: 'skip', count: prefixBytes };
  const [type = 0] = yield { kind: 'bytes', count: 1 };
  // bin 8, bin 16 and bin 32, whose length follows
  const lengthBytes = type >= 0xc4 && type <= 0xc6 ? 2 ** (type - 0xc4) : 0;
  if (lengthBytes === 0) {
    host.notOpened('pip cache of another form');
    return undefined;
  }
  const length = yield { kind: 'bytes', count: lengthBytes };
  yield { kind: 'member', member: { path: 'body', size: length.readUIntBE(0, lengthBytes), type: '0' } };
  return undefined;
}
