import type { FileAttributes } from '../finding.ts';

/**
 * One step from an entry to the bytes of a hit: a wrapper taken off (`gzip`), or a member of an archive (`tar`, a path).
 */
export interface Step {
  container: string;
  member?: string;
  /** Mode and owner of the member, where the archive says them. */
  file?: FileAttributes;
}

/** What makes two hits be at one place: the way to it, not who owns it. */
export function wayOf(steps: readonly Step[]): (string | undefined)[] {
  return steps.flatMap(({ container, member }) => [container, member]);
}
