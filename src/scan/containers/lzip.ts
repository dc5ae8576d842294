import { isLzip, unlzip } from '../../image/index.ts';
import type { Container } from './container.ts';

/** lzip, any number of members. */
export const lzip: Container = {
  name: 'lzip',
  first: 'L',
  detect: isLzip,
  open: (host) =>
    unlzip(host.decoded(), {
      damaged: host.damaged,
      unsupported: () => host.notOpened('lzip with a large window'),
    }),
};
