import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadWithDependencies } from '../debian.mjs';
import { run } from '../run.mjs';
import { blobPath, imagesFolder } from './store.mjs';

const leftOut = [
  './usr/share/man/*',
  './usr/share/locale/*',
  './usr/share/doc/*',
  './usr/share/info/*',
  './usr/share/lintian/*',
];

/**
 * Unpacks packages of Debian bookworm with their dependencies into a layer, and records them as installed.
 *
 * No maintainer script is run: what they would have done and the images need is done by the recipes. `below` names the
 * packages of the layers below, which are left out.
 *
 * @param {string} layer
 * @param {readonly string[]} packages
 * @param {{ below?: readonly string[] }} [options]
 */
export async function unpackDebian(layer, packages, { below = [] } = {}) {
  const archives = join(imagesFolder(), 'debs');
  const lower =
    below.length === 0 ? [] : await downloadWithDependencies({ suite: 'bookworm', packages: below, into: archives });
  const all = await downloadWithDependencies({ suite: 'bookworm', packages: [...below, ...packages], into: archives });
  // the directories that bookworm has merged into /usr are links, and packages still ship files through them
  for (const merged of ['bin', 'sbin', 'lib', 'lib64']) {
    await mkdir(join(layer, 'usr', merged), { recursive: true });
    await symlink(`usr/${merged}`, join(layer, merged));
  }
  await mkdir(join(layer, 'var/lib/dpkg/info'), { recursive: true });
  for (const deb of all.filter((file) => !lower.includes(file))) await unpack(deb, layer);
  await writeFile(join(layer, 'var/lib/dpkg/status'), await installedStatus(all));
}

async function unpack(deb, layer) {
  const tar = spawn('dpkg-deb', ['--fsys-tarfile', deb], { stdio: ['ignore', 'pipe', 'inherit'] });
  const options = ['--keep-directory-symlink', '--numeric-owner', '-p', ...leftOut.map((path) => `--exclude=${path}`)];
  const { stdout } = await run('tar', ['-xv', '-C', layer, ...options], { stdin: tar.stdout });
  const control = await controlFile(deb);
  const name = /^Package: (.+)$/m.exec(control)?.[1];
  const instance = /^Multi-Arch: same$/m.test(control) ? `${name}:${/^Architecture: (.+)$/m.exec(control)?.[1]}` : name;
  const list = stdout.replace(/^\.\/$/m, './.').replace(/^\.(\/.*?)\/?$/gm, '$1');
  await writeFile(join(layer, 'var/lib/dpkg/info', `${instance}.list`), list);
}

async function installedStatus(debs) {
  const entries = [];
  for (const deb of debs) {
    entries.push((await controlFile(deb)).replace('\n', '\nStatus: install ok installed\n'));
  }
  return entries.join('\n');
}

async function controlFile(deb) {
  return (await run('dpkg-deb', ['-f', deb])).stdout;
}

/** The bundle that the maintainer script of ca-certificates would make. */
export async function writeCertificates(layer) {
  const folder = join(layer, 'usr/share/ca-certificates/mozilla');
  const names = (await readdir(folder)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  await mkdir(join(layer, 'etc/ssl/certs'), { recursive: true });
  await writeFile(join(layer, 'etc/ssl/certs/ca-certificates.crt'), texts.join(''));
}

/** Copies files of the image below into a layer, to be changed there. */
export async function copyFromBelow(below, paths, layer) {
  const members = paths.map((path) => `./${path}`);
  for (const { digest } of below.layers) {
    // a layer that lacks a file makes tar end with an error
    await run('tar', ['-xzf', join(imagesFolder(), blobPath(digest)), '-C', layer, ...members], { allowFailure: true });
  }
}
