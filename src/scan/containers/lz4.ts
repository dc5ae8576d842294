import { isLz4, unlz4 } from '../../image/index.ts';
import type { Container } from './container.ts';

/** LZ4, any number of frames, and the legacy format of kernels. */
export const lz4: Container = {
  name: 'lz4',
  detect: isLz4,
  open: (host) => unlz4(host.decoded(), host.damaged),
};
