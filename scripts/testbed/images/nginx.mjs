import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { debian } from './debian.mjs';
import { copyFromBelow, unpackDebian } from './rootfs.mjs';

/**
 * Debian's own nginx, with the user of the official image; without its start scripts, which only change its own settings.
 *
 * It is Debian with glibc below: there is no Alpine package archive to be had through Debian.
 *
 * @type {import('./build.mjs').Recipe}
 */
export const nginx = {
  name: 'nginx',
  tags: ['nginx:stable-alpine'],
  source: import.meta.url,
  base: debian,
  fill,
  config: {
    ...debian.config,
    Cmd: ['nginx', '-g', 'daemon off;'],
    ExposedPorts: { '80/tcp': {} },
    StopSignal: 'SIGQUIT',
  },
};

async function fill(layer, base) {
  await unpackDebian(layer, ['nginx-light'], base);
  await copyFromBelow(base, ['etc/passwd', 'etc/group', 'etc/shadow', 'etc/gshadow'], layer);
  await appendFile(join(layer, 'etc/passwd'), 'nginx:x:101:101:nginx user:/var/cache/nginx:/sbin/nologin\n');
  await appendFile(join(layer, 'etc/group'), 'nginx:x:101:\n');
  await appendFile(join(layer, 'etc/shadow'), 'nginx:!:19000::::::\n');
  await appendFile(join(layer, 'etc/gshadow'), 'nginx:!::\n');
  await mkdir(join(layer, 'var/cache/nginx'), { recursive: true });
}
