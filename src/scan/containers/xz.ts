import { isXz, unxz } from '../../image/index.ts';
import { behindEnd } from './behind.ts';
import type { Container } from './container.ts';

/** xz with LZMA2 behind any filters, any number of streams and blocks. */
export const xz: Container = {
  name: 'xz',
  first: '\xfd',
  detect: isXz,
  open: (host) =>
    unxz(host.decoded(), {
      damaged: host.damaged,
      behind: behindEnd(host),
      unsupported: () => host.notOpened('xz with an unknown filter or a large window'),
    }),
};
