import { type BehindSink, inflate64, type Sink, unbzip2, unlzmaZip, unxz, unzstd } from '../../image/index.ts';
import type { Host } from './container.ts';
import type { ZipHeader } from './zip-header.ts';

/**
 * Takes the compression of a member off, where it is neither stored nor deflated; undefined for a method that is not known.
 *
 * Methods of APPNOTE 4.4.5; 20 is what 93 was before. `behind`: makes the sink of what stands behind the end of the compressed
 * data, where nothing else says where that is (`knowsEnd`).
 */
export function memberDecoder(host: Host, header: ZipHeader, out: Sink, behind?: () => BehindSink): Sink | undefined {
  const { damaged } = host;
  const unsupported = (): void => host.notOpened(`zip method ${header.method} with a large window`, header.path);
  const ending = behind === undefined ? {} : { behind };
  switch (header.method) {
    case 9:
      return inflate64(out, damaged);
    case 12:
      return unbzip2(out, damaged, behind, behind !== undefined);
    case 14:
      return unlzmaZip(out, { damaged, unsupported, ...ending }, header.marked ? undefined : header.size);
    case 20:
    case 93:
      return unzstd(out, damaged, behind);
    case 95:
      return unxz(out, { damaged, unsupported, ...ending });
    default:
      return undefined;
  }
}

export function isDecoded(method: number): boolean {
  return [9, 12, 14, 20, 93, 95].includes(method);
}

/** Whether the compressed data says itself where it ends, so that its decoder tells what stands behind it. */
export function knowsEnd({ method, marked }: ZipHeader): boolean {
  return [12, 20, 93, 95].includes(method) || (method === 14 && marked);
}
