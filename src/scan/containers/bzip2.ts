import { isBzip2, unbzip2 } from '../../image/index.ts';
import { behindEnd } from './behind.ts';
import type { Container } from './container.ts';

/** bzip2, any number of streams. */
export const bzip2: Container = {
  name: 'bzip2',
  first: 'B',
  detect: isBzip2,
  open: (host) => unbzip2(host.decoded(), host.damaged, behindEnd(host)),
};
