/** A file of a phar; its bytes follow those of the one before. */
export interface PharEntry {
  path: string;
  size: number;
  compressedSize: number;
  /** CRC-32 of its bytes as they were. */
  digest: number;
  method: 'stored' | 'deflated' | 'bzip2' | 'unknown';
}

/** Its length, how many files there are, and the version. */
export const pharHeadBytes = 10;
/** Of lengths alone. */
const leastEntryBytes = 24;
/** Of what PHP reads, a tenth. */
export const mostManifestBytes = 10 * 1024 * 1024;

const isDeflated = 0x1000;
const isBzip2 = 0x2000;

/** Whether these bytes begin a manifest: of version 1, and long enough for its files. */
export function isPharHead(head: Buffer): boolean {
  if (head.length < pharHeadBytes) return false;
  const [length, files] = [head.readUInt32LE(0), head.readUInt32LE(4)];
  return head[8]! >> 4 === 1 && length >= pharHeadBytes + 4 + files * leastEntryBytes && length <= 2 ** 30;
}

/**
 * The files of a manifest, of which `bytes` is all behind its length; undefined when it cannot be read. Format: the PHP manual,
 * "Phar File Format".
 */
export function readPharManifest(bytes: Buffer): PharEntry[] | undefined {
  let at = 0;
  const number = (): number => {
    at += 4;
    return bytes.readUInt32LE(at - 4);
  };
  const text = (): string => {
    const length = number();
    at += length;
    return bytes.toString('utf8', at - length, at);
  };
  try {
    const count = number();
    at += 2 + 4;
    text();
    text();
    const entries: PharEntry[] = [];
    for (let index = 0; index < count; index++) {
      const path = text();
      const size = number();
      at += 4;
      const [compressedSize, digest, flags] = [number(), number(), number()];
      text();
      entries.push({ path, size, compressedSize, digest, method: methodOf(flags) });
    }
    return at === bytes.length ? entries : undefined;
  } catch {
    return undefined;
  }
}

function methodOf(flags: number): PharEntry['method'] {
  const method = flags & 0xf000;
  if (method === 0) return 'stored';
  if (method === isDeflated) return 'deflated';
  return method === isBzip2 ? 'bzip2' : 'unknown';
}
