import { isXz, unxz } from '../../image/index.ts';
import { behindEnd } from './behind.ts';
import type { Container } from './container.ts';

/** xz with LZMA2, any number of streams and blocks. Filters for other programs than x86's (`--arm64`), and delta, are counted as not opened. */
export const xz: Container = {
  name: 'xz',
  first: '\xfd',
  detect: isXz,
  open: (host) =>
    unxz(host.decoded(), {
      damaged: host.damaged,
      behind: behindEnd(host),
      unsupported: () => host.notOpened('xz with another filter or a large window'),
    }),
};
