import { isLzma, unlzma } from '../../image/index.ts';
import { behindEnd } from './behind.ts';
import type { Container } from './container.ts';

/** LZMA without a wrapper of its own (.lzma), by its header and, where that says less, by its name. */
export const lzma: Container = {
  name: 'lzma',
  detect: (head, name) => isLzma(head, name?.endsWith('.lzma') === true),
  open: (host) =>
    unlzma(host.decoded(), {
      damaged: host.damaged,
      behind: behindEnd(host),
      unsupported: () => host.notOpened('lzma with a large window'),
    }),
};
