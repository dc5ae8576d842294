import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { debian } from './debian.mjs';
import { unpackDebian, writeCertificates } from './rootfs.mjs';

/**
 * Debian's own Python 3.11 under the names that the real image has.
 *
 * pip works as in the real one, where the interpreter is not managed by the system.
 *
 * @type {import('./build.mjs').Recipe}
 */
export const python = {
  name: 'python',
  tags: ['python:3.11-slim', 'python:3.11', 'python:3.11-slim-bookworm'],
  source: import.meta.url,
  base: debian,
  fill,
  config: { Env: [...debian.config.Env, 'LANG=C.UTF-8', 'PYTHON_VERSION=3.11.2'], Cmd: ['python3'] },
};

async function fill(layer, base) {
  await unpackDebian(layer, ['python3', 'python3-pip', 'python3-venv', 'ca-certificates'], base);
  await writeCertificates(layer);
  await rm(join(layer, 'usr/lib/python3.11/EXTERNALLY-MANAGED'), { force: true });
  await mkdir(join(layer, 'usr/local/bin'), { recursive: true });
  for (const name of ['python', 'python3', 'python3.11'])
    await symlink('/usr/bin/python3.11', join(layer, 'usr/local/bin', name));
  for (const name of ['pip', 'pip3']) await symlink('/usr/bin/pip3', join(layer, 'usr/local/bin', name));
}
