import type { MemberPaths } from '../../image/index.ts';
import type { EntryCoverage } from '../coverage.ts';

/**
 * What is known of an entry that was searched before, whole, without any finding: all that its search gave to the scan.
 *
 * There is no verdict of any other kind: what leaks, or could not be read whole, is searched again every time.
 */
export interface EntryVerdict {
  /** Bytes as stored. */
  size: number;
  containers: readonly string[];
  tarDigest?: string;
  /** Absent for what is no tar. */
  members?: MemberPaths;
  /** Places in it are told from the entry on: `etc/app.7z`, as the entry may have another name next time. */
  coverage: EntryCoverage;
}
