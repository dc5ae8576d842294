import { inflate64, type Sink, unbzip2, unlzmaZip, unxz, unzstd } from '../../image/index.ts';
import type { Host } from './container.ts';
import type { ZipHeader } from './zip-header.ts';

/**
 * Takes the compression of a member off, where it is neither stored nor deflated; undefined for a method that is not known.
 *
 * Methods of APPNOTE 4.4.5; 20 is what 93 was before.
 */
export function memberDecoder(host: Host, header: ZipHeader, out: Sink): Sink | undefined {
  const { damaged } = host;
  const unsupported = (): void => host.notOpened(`zip method ${header.method} with a large window`, header.path);
  switch (header.method) {
    case 9:
      return inflate64(out, damaged);
    case 12:
      return unbzip2(out, damaged);
    case 14:
      return unlzmaZip(out, { damaged, unsupported }, header.marked ? undefined : header.size);
    case 20:
    case 93:
      return unzstd(out, damaged);
    case 95:
      return unxz(out, { damaged, unsupported });
    default:
      return undefined;
  }
}

export function isDecoded(method: number): boolean {
  return [9, 12, 14, 20, 93, 95].includes(method);
}
