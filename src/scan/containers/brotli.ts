import { unbrotli } from '../../image/index.ts';
import type { Container } from './container.ts';

/** brotli, which nothing but its name tells: `app.js.br` beside `app.js`, as web servers want it. */
export const brotli: Container = {
  name: 'brotli',
  tentative: true,
  detect: (head, name) => head.length > 0 && name?.endsWith('.br') === true,
  open: (host) =>
    unbrotli(host.decoded(), {
      found: () => host.found(),
      broken: () => host.notOpened('brotli that breaks off'),
    }),
};
