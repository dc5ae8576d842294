import { createHash, type Hash } from 'node:crypto';
import { type EntryRecord, type ImageEntry, type ImageSource, MemberPaths } from '../image/index.ts';
import { Content } from './content.ts';
import { JsonBlob, searchJson } from './json-blob.ts';
import { limitWords } from './limits.ts';
import type { Outermost, ScanState } from './state.ts';
import type { Turn } from './turns.ts';

/** The algorithms that OCI registers for digests. */
const algorithms = ['sha256', 'sha512'];

export interface EntryOptions {
  /** `image`: entries are blobs and metadata, whose JSON strings are decoded and which must not be broken. */
  holds: ImageSource['holds'];
  /** Hears of every chunk before it is searched; what it throws ends the scan. */
  onBytes(bytes: number): void;
  /** Absent where entries are searched one after another. */
  turn?: Turn;
}

/** Searches one entry while it streams by, and says what it turned out to be. */
export async function scanEntry(state: ScanState, entry: ImageEntry, options: EntryOptions): Promise<EntryRecord> {
  const outermost: Outermost = { containers: [], decodedDigests: [], members: new MemberPaths(), turn: options.turn };
  const isBlob = options.holds === 'image';
  const content = new Content(state, { entry: entry.path, steps: [], ...(isBlob ? { outermost } : {}) });
  const json = isBlob ? new JsonBlob(state.limits.maxJsonBytes) : undefined;
  const hash = createHash('sha256');
  const named = namedHash(entry.path);
  let size = 0;
  try {
    for await (const chunk of entry.body) {
      options.onBytes(chunk.length);
      size += chunk.length;
      const turn = size;
      const searched = content.push(chunk);
      entry.body
        .ahead?.()
        .then((next) => {
          // it may have been read too late, and be what is pushed now
          if (next !== undefined && turn === size) content.ahead(next);
        })
        // it is pushed in any case
        .catch(() => undefined);
      // meanwhile a thread may inflate the chunk
      hash.update(chunk);
      if (named?.hash !== undefined) named.hash.update(chunk);
      json?.push(chunk);
      await searched;
    }
    await content.end();
  } finally {
    content.close();
  }
  if (size !== entry.size) state.addIncomplete(entry.path, 'its size changed while it was read, or it is cut off');
  if (json?.tooLarge)
    state.addIncomplete(
      entry.path,
      `it is JSON of more than ${limitWords(state.limits, 'maxJsonBytes')}, too large for decoding its strings`,
    );
  const document = json?.parse();
  if (document !== undefined) searchJson(state, entry.path, document.value);
  if (document?.repeats === true)
    state.addIncomplete(entry.path, 'an object in it has a name twice, and readers disagree which of them counts');
  state.hits.dropEchoes(entry.path);
  const digest = `sha256:${hash.digest('hex')}`;
  return {
    path: entry.path,
    size,
    digest,
    containers: outermost.containers,
    members: outermost.members,
    ...(outermost.containers.at(-1) === 'tar' ? tarDigest(digest, outermost) : {}),
    ...(named === undefined ? {} : { named: named.hash === undefined ? digest : `sha512:${named.hash.digest('hex')}` }),
    ...(document === undefined ? {} : { json: document.value }),
    ...(entry.link === undefined ? {} : { link: entry.link }),
    ...(entry.file === undefined ? {} : { file: entry.file }),
  };
}

/** Of the tar that an entry turned out to be, once its compression was taken off. */
function tarDigest(digest: string, { containers, decodedDigests }: Outermost): { tarDigest?: string } {
  const found = containers.length === 1 ? digest : decodedDigests[containers.length - 2];
  return found === undefined ? {} : { tarDigest: found };
}

/** What must be compared with a blob's name; `hash` only where it is not the sha256 that is computed anyway. */
function namedHash(path: string): { hash?: Hash } | undefined {
  const algorithm = /^blobs\/([^/]+)\//.exec(path)?.[1];
  if (algorithm === undefined || !algorithms.includes(algorithm)) return undefined;
  return algorithm === 'sha256' ? {} : { hash: createHash(algorithm) };
}
