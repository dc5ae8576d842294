import type { FileAttributes } from '../finding.ts';

/** Mode and owner as an archive's header has them: undefined or empty where it does not say. */
export interface RawAttributes {
  mode: number | undefined;
  uid: number | undefined;
  gid: number | undefined;
  user: string;
  group: string;
}

/** As a finding tells them; undefined when the header does not say all of mode and ids. Made for a hit only. */
export function attributesOf({ mode, uid, gid, user, group }: RawAttributes): FileAttributes | undefined {
  if (mode === undefined || uid === undefined || gid === undefined) return undefined;
  return {
    mode: mode & 0o7777,
    uid,
    gid,
    ...(user === '' ? {} : { user }),
    ...(group === '' ? {} : { group }),
  };
}
