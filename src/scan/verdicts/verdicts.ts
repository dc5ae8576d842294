import { createHmac } from 'node:crypto';
import { programDigest } from '../program.ts';
import { BoundedFolder } from './folder.ts';
import { decodeVerdict, encodeVerdict } from './record.ts';
import type { EntryVerdict } from './verdict.ts';

/** Searching less than this costs hardly more than looking it up. */
export const smallestCachedBytes = 256 * 1024;

/** A layer of about 500,000 files; one with more is searched every time. */
const maxRecordBytes = 4 * 1024 * 1024;

const maxFolderBytes = 256 * 1024 * 1024;

/** Verdicts of entries that were found clean by the very same search. */
export interface Verdicts {
  /** `digest`: `sha256:…` of the stored bytes, which the caller compares with the bytes before it believes the verdict. */
  get(digest: string): Promise<EntryVerdict | undefined>;
  /** Only for an entry that was searched whole and in which nothing was found. */
  put(digest: string, verdict: EntryVerdict): Promise<void>;
  /** Digests of which a verdict was got or kept: what the next search of the same kind will know. */
  known(): readonly string[];
}

export interface VerdictsOptions {
  /** Private folder; it is made when it is not there. */
  dir: string;
  /** Secret of this user on this machine (32 bytes): who does not know it can neither make a verdict nor tell whose it is. */
  key: Uint8Array;
  /** What finding depends on beside the bytes, in JSON: a keyed fingerprint of all needles, limits, detectors. */
  search: object;
  /** Digest of the program that searches; rejecting: nothing is known, and nothing kept. */
  program?: () => Promise<string>;
}

/**
 * Opens the verdicts of one search. A changed secret, form, limit, detector or program asks under other names, and so does not
 * find what the former search said.
 */
export function openVerdicts({ dir, key, search, program = programDigest }: VerdictsOptions): Verdicts {
  const folder = new BoundedFolder(dir, maxFolderBytes);
  const recordKey = derive(key, 'record');
  const nameKey = derive(key, 'name');
  const known = new Set<string>();
  let pruned: Promise<void> | undefined;
  const idOf = async (digest: string): Promise<string | undefined> => {
    const text = await program().catch(() => undefined);
    if (text === undefined) return undefined;
    return createHmac('sha256', nameKey)
      .update(canonical([digest, text, search]))
      .digest('hex');
  };
  return {
    async get(digest) {
      const id = await idOf(digest);
      const bytes = id === undefined ? undefined : await folder.read(id);
      const verdict = id === undefined || bytes === undefined ? undefined : decodeVerdict(id, bytes, recordKey);
      if (verdict !== undefined) known.add(digest);
      return verdict;
    },
    async put(digest, verdict) {
      const id = await idOf(digest);
      if (id === undefined) return;
      const bytes = encodeVerdict(id, verdict, recordKey);
      if (bytes.length > maxRecordBytes) return;
      if (await folder.write(id, bytes)) known.add(digest);
      pruned ??= folder.prune();
      await pruned;
    },
    known: () => [...known].sort(),
  };
}

/** Keys of their own: the one that safebuild keeps also marks versions of secrets. */
function derive(key: Uint8Array, use: string): Buffer {
  return createHmac('sha256', key).update(`safebuild verdicts ${use}`).digest();
}

/** JSON with the members of objects in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
