import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { debian } from './debian.mjs';
import { unpackDebian, writeCertificates } from './rootfs.mjs';

/**
 * Debian's own Ruby 3.1 and Bundler, with gems in the folder of the real image.
 *
 * @type {import('./build.mjs').Recipe}
 */
export const ruby = {
  name: 'ruby',
  tags: ['ruby:3.1-slim', 'ruby:3.1', 'ruby:3.1-slim-bookworm'],
  source: import.meta.url,
  base: debian,
  fill,
  config: {
    Env: [
      'LANG=C.UTF-8',
      'GEM_HOME=/usr/local/bundle',
      'BUNDLE_SILENCE_ROOT_WARNING=1',
      'BUNDLE_APP_CONFIG=/usr/local/bundle',
      'PATH=/usr/local/bundle/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ],
    Cmd: ['irb'],
  },
};

async function fill(layer, base) {
  await unpackDebian(layer, ['ruby', 'ruby-bundler', 'ca-certificates'], base);
  await writeCertificates(layer);
  await mkdir(join(layer, 'usr/local/bundle'), { recursive: true, mode: 0o1777 });
  await mkdir(join(layer, 'usr/local/bin'), { recursive: true });
  await symlink('/usr/bin/ruby3.1', join(layer, 'usr/local/bin/ruby'));
}
