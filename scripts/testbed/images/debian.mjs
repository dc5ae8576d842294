import { chmod, copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sourceLine } from '../debian.mjs';
import { run } from '../run.mjs';
import { unpackDebian } from './rootfs.mjs';

/** What the real image has: everything essential, and apt. */
const packages = [
  'apt base-files base-passwd bash bsdutils coreutils dash debconf debian-archive-keyring debianutils diffutils dpkg',
  'findutils grep gzip hostname init-system-helpers libc-bin login mawk mount ncurses-base ncurses-bin passwd perl-base',
  'sed sysvinit-utils tar tzdata util-linux',
].flatMap((line) => line.split(' '));

/** @type {import('./build.mjs').Recipe} */
export const debian = {
  name: 'debian',
  tags: ['debian:bookworm-slim', 'debian:bookworm', 'debian:12-slim', 'debian:stable-slim'],
  source: import.meta.url,
  fill,
  config: { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], Cmd: ['bash'] },
};

async function fill(layer) {
  await unpackDebian(layer, packages);
  const at = (path) => join(layer, path);
  for (const file of ['passwd', 'group']) {
    const master = await readFile(at(`usr/share/base-passwd/${file}.master`), 'utf8');
    // "*" in the second field: no password is kept elsewhere; the tools expect the shadow file's mark
    await writeFile(at(`etc/${file}`), master.replace(/^([^:]+):\*:/gm, '$1:x:'));
  }
  await run('chroot', [layer, 'pwconv']);
  await run('chroot', [layer, 'grpconv']);
  await copyFile(at('usr/share/libc-bin/nsswitch.conf'), at('etc/nsswitch.conf'));
  await copyFile(at('usr/share/base-files/profile'), at('etc/profile'));
  await copyFile(at('usr/share/base-files/dot.bashrc'), at('root/.bashrc'));
  await symlink('mawk', at('usr/bin/awk'));
  await symlink('which.debianutils', at('usr/bin/which'));
  await symlink('/usr/share/zoneinfo/Etc/UTC', at('etc/localtime'));
  await mkdir(at('tmp'), { recursive: true });
  await chmod(at('tmp'), 0o1777);
  await writeFile(at('etc/apt/sources.list'), await sourceLine('bookworm'));
  await run('chroot', [layer, 'ldconfig']);
}
