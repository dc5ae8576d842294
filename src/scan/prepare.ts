import { gzipSync } from 'node:zlib';
import type { ImageSource } from '../image/index.ts';
import { loadDetectors } from './detectors/index.ts';
import { type ScanOptions, scanImage } from './image.ts';
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
  const search = compileSearch(secrets);
  // Matcher and decoders are assembled, and much else is compiled, when they are first used.
  await scanImage(nothing(), search, { detectors }).catch(() => undefined);
  return search;
}

/** A file that is no text, packed. */
function nothing(): ImageSource {
  const packed = gzipSync(Buffer.alloc(4096));
  async function* body(): AsyncGenerator<Uint8Array> {
    yield packed;
  }
  return {
    name: 'nothing',
    holds: 'files',
    async *entries() {
      yield { path: 'nothing', size: packed.length, body: body() };
    },
    async close() {},
  };
}
