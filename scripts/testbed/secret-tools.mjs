import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { whyNotDebian } from './debian.mjs';
import { TestbedFailure } from './failure.mjs';
import { run } from './run.mjs';

/** What the tests of secret sources run, and the packages of Debian that have it. */
const programs = {
  age: 'age',
  'age-keygen': 'age',
  pass: 'pass',
  gpg: 'gnupg',
  'gpg-agent': 'gnupg',
  'secret-tool': 'libsecret-tools',
  'gnome-keyring-daemon': 'gnome-keyring',
  'dbus-daemon': 'dbus',
};

/**
 * Sees that the programs are there, and on Debian as root installs those that are not.
 *
 * Installed, not unpacked beside the machine's own: they find each other, and what they read, at fixed places. Throws
 * `TestbedFailure` where that cannot be done.
 */
export async function ensureSecretTools() {
  const missing = await missingPrograms();
  if (missing.length === 0) return;
  const reason = await whyNotDebian();
  if (reason !== undefined) {
    throw new TestbedFailure(`The tests of secret sources need ${missing.join(', ')}, and ${reason}`, {
      hint: 'Install them with the package manager of this machine.',
    });
  }
  const packages = [...new Set(missing.map((program) => programs[program]))];
  console.error(`Installing ${packages.join(', ')} (apt-get)`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['--quiet', 'update'], { env });
  await run('apt-get', ['--quiet', '--yes', '--no-install-recommends', 'install', ...packages], { env });
  const still = await missingPrograms();
  if (still.length > 0) throw new TestbedFailure(`${still.join(', ')} cannot be found after installing it`);
}

async function missingPrograms() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const found = await Promise.all(
    Object.keys(programs).map(async (program) => {
      const there = folders.map((folder) => access(join(folder, program), constants.X_OK));
      return Promise.any(there).then(
        () => undefined,
        () => program,
      );
    }),
  );
  return found.filter((program) => program !== undefined);
}
