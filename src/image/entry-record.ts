import type { FileAttributes } from '../finding.ts';
import type { MemberPaths } from './members.ts';

/** What one entry of a source turned out to be, after all its bytes went by. */
export interface EntryRecord {
  path: string;
  /** Bytes that were read. */
  size: number;
  /** `sha256:…` of those bytes. */
  digest: string;
  /** For an entry under `blobs/ALGORITHM/`, its digest by that algorithm: what its name must say. Absent when unknown. */
  named?: string;
  /** What was taken off it to reach its content, outermost first: `['gzip', 'tar']`. */
  containers: readonly string[];
  /** The parsed content, when it is JSON and not too large. */
  json?: unknown;
  /**
   * `sha256:…` of its tar, when it is one and was read whole: what the image config calls the layer's diff id. Absent where it
   * came out of gzip, which has a checksum.
   */
  tarDigest?: string;
  /** Paths in its tar, when it is one. */
  members?: MemberPaths;
  link?: string;
  /** Mode and owner of the entry itself. */
  file?: FileAttributes;
}

/** All entries of a source, by path. */
export type Catalog = ReadonlyMap<string, EntryRecord>;

/** Something that could not be read whole, or is not what it must be. */
export interface Problem {
  /** An entry, a digest, or a platform; as in the image. */
  where: string;
  why: string;
}
