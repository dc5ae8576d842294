import { loadDetectors } from './detectors/index.ts';
import type { ScanOptions } from './image.ts';
import { programDigest } from './program.ts';

/** Does now what the first search of this kind would wait for: for whoever waits for something else. Rejects with nothing that matters. */
export async function prepareScan({ detectors = 'off' }: Pick<ScanOptions, 'detectors'>): Promise<void> {
  await programDigest().catch(() => undefined);
  if (detectors !== 'off') await loadDetectors();
}
