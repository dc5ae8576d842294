import { unpackedPackages, whyNotDebian } from './debian.mjs';
import { TestbedFailure } from './failure.mjs';

/**
 * A folder with Debian bookworm's sshd, `usr/sbin/sshd`, and the libraries that an image of Node.js lacks for it.
 *
 * It is for such an image: started on the machine itself it would want a user of its own there.
 */
export async function sshServerFiles() {
  const obstacle = await whyNotDebian();
  if (obstacle !== undefined) throw new TestbedFailure(`Debian's sshd cannot be unpacked: ${obstacle}`);
  const packages = ['openssh-server', 'libwrap0', 'libnsl2', 'libtirpc3'];
  return await unpackedPackages({ name: 'sshd', suite: 'bookworm', packages });
}
