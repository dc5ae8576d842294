import { existsSync } from 'node:fs';
import { appendFile, chmod, chown, copyFile, cp, mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TestbedFailure } from '../failure.mjs';
import { run } from '../run.mjs';
import { debian } from './debian.mjs';
import { copyFromBelow, unpackDebian, writeCertificates } from './rootfs.mjs';

const toolPackages = ['git', 'openssh-client', 'curl', 'ca-certificates', 'procps'];
const config = {
  Env: [...debian.config.Env, `NODE_VERSION=${process.versions.node}`],
  Entrypoint: ['docker-entrypoint.sh'],
  Cmd: ['node'],
};
// as in the real image: `docker run node -e …` means node's -e
const entrypoint = `#!/bin/sh
set -e
if [ "\${1#-}" != "\${1}" ] || [ -z "$(command -v "\${1}")" ]; then set -- node "$@"; fi
exec "$@"
`;

/**
 * Debian with this machine's own node and npm: a look-alike whatever version that is.
 *
 * @type {import('./build.mjs').Recipe}
 */
export const nodeSlim = {
  name: 'node-slim',
  tags: ['node:20-slim', 'node:20-bookworm-slim'],
  source: import.meta.url,
  inputs: process.version,
  base: debian,
  fill: fillSlim,
  config,
};

/**
 * With what the real one has on top for builds: git, ssh, curl and certificates, but no compilers.
 *
 * @type {import('./build.mjs').Recipe}
 */
export const node = {
  name: 'node',
  tags: ['node:20', 'node:20-bookworm'],
  source: import.meta.url,
  base: nodeSlim,
  fill: fillFull,
  config,
};

async function fillSlim(layer, base) {
  const at = (path) => join(layer, path);
  await mkdir(at('usr/local/bin'), { recursive: true });
  await copyFile(await portableNode(), at('usr/local/bin/node'));
  await chmod(at('usr/local/bin/node'), 0o755);
  await cp(await npmFolder(), at('usr/local/lib/node_modules/npm'), { recursive: true, dereference: true });
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', at('usr/local/bin/npm'));
  await symlink('../lib/node_modules/npm/bin/npx-cli.js', at('usr/local/bin/npx'));
  await writeFile(at('usr/local/bin/docker-entrypoint.sh'), entrypoint, { mode: 0o755 });
  await addUser(layer, base);
}

async function fillFull(layer, base) {
  await unpackDebian(layer, toolPackages, base);
  await writeCertificates(layer);
}

async function addUser(layer, base) {
  const at = (path) => join(layer, path);
  await copyFromBelow(base, ['etc/passwd', 'etc/group', 'etc/shadow', 'etc/gshadow'], layer);
  await appendFile(at('etc/passwd'), 'node:x:1000:1000::/home/node:/bin/bash\n');
  await appendFile(at('etc/group'), 'node:x:1000:\n');
  await appendFile(at('etc/shadow'), 'node:!:19000:0:99999:7:::\n');
  await appendFile(at('etc/gshadow'), 'node:!::\n');
  await mkdir(at('home/node'), { recursive: true });
  await chown(at('home/node'), 1000, 1000);
}

/** This machine's node, when it needs nothing that Debian bookworm lacks. */
async function portableNode() {
  const { stdout } = await run('ldd', [process.execPath], { allowFailure: true });
  if (/libnode\.so|not found/.test(stdout)) {
    throw new TestbedFailure(`${process.execPath} is linked against libraries of this machine`, {
      hint: 'Use a build of Node.js from nodejs.org: it goes into the image as it is.',
    });
  }
  return process.execPath;
}

async function npmFolder() {
  const beside = join(dirname(await realpath(process.execPath)), '../lib/node_modules/npm');
  if (existsSync(beside)) return beside;
  const { stdout } = await run('npm', ['root', '--global']);
  return join(stdout.trim(), 'npm');
}
