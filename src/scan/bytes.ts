import { compileSearch, type Match, type ScanSecrets, type Search } from './search.ts';

/** All values in bytes that are at hand, as of a small file that a build writes about itself; sorted by offset. */
export function scanBytes(bytes: Uint8Array, secrets: ScanSecrets | Search): Match[] {
  return compileSearch(secrets).matches(bytes);
}
