import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { debian } from './debian.mjs';
import { unpackDebian, writeCertificates } from './rootfs.mjs';

/**
 * Debian's own Go 1.19 in the places of the real image.
 *
 * @type {import('./build.mjs').Recipe}
 */
export const golang = {
  name: 'golang',
  tags: ['golang:1.19', 'golang:1.19-bookworm'],
  source: import.meta.url,
  base: debian,
  fill,
  config: {
    Env: ['PATH=/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'GOPATH=/go'],
    Cmd: ['bash'],
    WorkingDir: '/go',
  },
};

async function fill(layer, base) {
  await unpackDebian(layer, ['golang-go', 'ca-certificates'], base);
  await writeCertificates(layer);
  await mkdir(join(layer, 'usr/local'), { recursive: true });
  await symlink('/usr/lib/go-1.19', join(layer, 'usr/local/go'));
  await mkdir(join(layer, 'go/bin'), { recursive: true });
  await mkdir(join(layer, 'go/src'), { recursive: true });
}
