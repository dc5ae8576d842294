import type { MemberPaths } from '../../image/index.ts';
import type { EntryCoverage } from '../coverage.ts';
import type { Hit } from '../hit.ts';

/** Something of the entry that is worth a look and fails nothing: a test key of a library, as most base images have. */
export interface Look {
  hit: Omit<Hit, 'entry'>;
  forms: readonly string[];
  count: number;
}

/**
 * What is known of an entry that was searched before, whole, without any leak: all that its search gave to the scan.
 *
 * There is no verdict of any other kind: what leaks, or could not be read whole, is searched again every time.
 */
export interface EntryVerdict {
  /** Bytes as stored. */
  size: number;
  containers: readonly string[];
  looks: readonly Look[];
  tarDigest?: string;
  /** Absent for what is no tar. */
  members?: MemberPaths;
  /** Places in it are told from the entry on: `etc/app.7z`, as the entry may have another name next time. */
  coverage: EntryCoverage;
}
