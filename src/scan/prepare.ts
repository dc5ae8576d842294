import { loadDetectors } from './detectors/index.ts';
import type { ScanOptions } from './image.ts';
import { programDigest } from './program.ts';
import { compileSearch, type ScanSecrets, type Search } from './search.ts';

/** Does now what the first search of this kind would begin with, for whoever waits for something else, and returns that search. */
export async function prepareScan(
  secrets: ScanSecrets,
  { detectors = 'off' }: Pick<ScanOptions, 'detectors'>,
): Promise<Search> {
  // Whoever needs these hears of their failure then.
  await programDigest().catch(() => undefined);
  if (detectors !== 'off') await loadDetectors().catch(() => undefined);
  return compileSearch(secrets);
}
