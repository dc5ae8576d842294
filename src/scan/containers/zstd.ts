import { isZstd, unzstd } from '../../image/index.ts';
import { behindEnd } from './behind.ts';
import type { Container } from './container.ts';

/** zstd, any number of frames. */
export const zstd: Container = {
  name: 'zstd',
  detect: isZstd,
  open: (host) => unzstd(host.decoded(), host.damaged, behindEnd(host)),
};
