import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostArchitecture, unpackedPackages } from '../debian.mjs';
import { run } from '../run.mjs';

const folders = [
  'bin',
  'etc',
  'home',
  'proc',
  'root',
  'sys',
  'tmp',
  'usr/bin',
  'usr/sbin',
  'var/spool/mail',
  'var/www',
];
const passwd = `root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
www-data:x:33:33:www-data:/var/www:/bin/false
nobody:x:65534:65534:nobody:/home:/bin/false
`;
const group = 'root:x:0:\ndaemon:x:1:\nwww-data:x:33:\nnogroup:x:65534:\n';

function busyboxFor(architecture) {
  return {
    name: `busybox-${architecture ?? 'host'}`,
    tags: ['busybox:latest', 'busybox:stable', 'busybox:1.36'],
    source: import.meta.url,
    architecture,
    fill: (layer) => fill(layer, architecture),
    config: { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], Cmd: ['sh'] },
  };
}

/**
 * busybox, for this machine's processor and for the other of amd64 and arm64.
 *
 * @type {import('./build.mjs').Recipe}
 */
export const busybox = {
  ...busyboxFor(undefined),
  name: 'busybox',
  otherPlatforms: [busyboxFor(process.arch === 'arm64' ? 'amd64' : 'arm64')],
};

async function fill(layer, architecture) {
  for (const folder of folders) await mkdir(join(layer, folder), { recursive: true });
  await chmod(join(layer, 'tmp'), 0o1777);
  await chmod(join(layer, 'root'), 0o700);
  const binary = join(await busyboxPackage(architecture), 'bin/busybox');
  await copyFile(binary, join(layer, 'bin/busybox'));
  // a foreign binary cannot be asked for its applets, but Debian builds all architectures alike
  const own = join(await busyboxPackage(), 'bin/busybox');
  const applets = (await run(own, ['--list'])).stdout.split('\n');
  for (const applet of applets) {
    if (applet !== '' && applet !== 'busybox') await symlink('busybox', join(layer, 'bin', applet));
  }
  await symlink('/bin/env', join(layer, 'usr/bin/env'));
  await writeFile(join(layer, 'etc/passwd'), passwd);
  await writeFile(join(layer, 'etc/group'), group);
}

/** The unpacked Debian package of a busybox without libraries; `architecture` is this machine's by default. */
export async function busyboxPackage(architecture) {
  const arch = architecture ?? (await hostArchitecture());
  return await unpackedPackages({ name: `busybox-${arch}`, suite: 'bookworm', packages: ['busybox-static'], arch });
}
