import { gunzip, isGzip } from '../../image/index.ts';
import { behindEnd } from './behind.ts';
import type { Container } from './container.ts';

/** gzip, any number of members. After broken deflate data up to one step of output is lost. */
export const gzip: Container = {
  name: 'gzip',
  detect: isGzip,
  open: (host) => gunzip(host.decoded(), host.damaged, behindEnd(host)),
};
