import { debian } from './debian.mjs';
import { unpackDebian, writeCertificates } from './rootfs.mjs';

/**
 * What builds fetch with: git, curl and wget of Debian, as the real image has them.
 *
 * @type {import('./build.mjs').Recipe}
 */
export const buildpackScm = {
  name: 'buildpack-scm',
  tags: ['buildpack-deps:bookworm-scm', 'buildpack-deps:scm'],
  source: import.meta.url,
  base: debian,
  async fill(layer, base) {
    await unpackDebian(layer, ['git', 'curl', 'wget', 'ca-certificates', 'openssh-client'], base);
    await writeCertificates(layer);
  },
  config: debian.config,
};
