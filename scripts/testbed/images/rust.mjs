import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { debian } from './debian.mjs';
import { unpackDebian, writeCertificates } from './rootfs.mjs';

/**
 * Debian's own Rust 1.63 and Cargo, with the linker of gcc.
 *
 * @type {import('./build.mjs').Recipe}
 */
export const rust = {
  name: 'rust',
  tags: ['rust:1.63-bookworm', 'rust:1.63-slim-bookworm'],
  source: import.meta.url,
  base: debian,
  fill,
  config: {
    Env: [
      'CARGO_HOME=/usr/local/cargo',
      'PATH=/usr/local/cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ],
    Cmd: ['bash'],
  },
};

async function fill(layer, base) {
  await unpackDebian(layer, ['rustc', 'cargo', 'ca-certificates'], base);
  await writeCertificates(layer);
  await mkdir(join(layer, 'usr/local/cargo/bin'), { recursive: true });
  await mkdir(join(layer, 'usr/local/bin'), { recursive: true });
  await symlink('/usr/bin/gcc', join(layer, 'usr/local/bin/cc'));
}
