import { spawn } from 'node:child_process';
import { appendFile, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
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
 * Unpacks packages of Debian bookworm, with those of their dependencies that `base` lacks, and records them as installed.
 *
 * No maintainer script is run: what they would have done and the images need is done by the recipes.
 *
 * @param {string} layer
 * @param {readonly string[]} packages
 * @param {import('./build.mjs').BuiltImage} [base]
 */
export async function unpackDebian(layer, packages, base) {
  const status = join(layer, 'var/lib/dpkg/status');
  if (base !== undefined) await copyFromBelow(base, ['var/lib/dpkg/status'], layer);
  await mkdir(join(layer, 'var/lib/dpkg/info'), { recursive: true });
  const installed = await readFile(status, 'utf8').catch(() => '');
  const names = [...installed.matchAll(/^Package: (.+)$/gm)].map(([, name]) => name);
  const into = join(imagesFolder(), 'debs');
  const all = await downloadWithDependencies({ suite: 'bookworm', packages: [...names, ...packages], into });
  // the directories that bookworm has merged into /usr are links, and packages still ship files through them
  for (const merged of ['bin', 'sbin', 'lib', 'lib64']) {
    await mkdir(join(layer, 'usr', merged), { recursive: true });
    await symlink(`usr/${merged}`, join(layer, merged));
  }
  const entries = [];
  for (const deb of all.filter((file) => !names.includes(basename(file).split('_')[0]))) {
    entries.push(await unpack(deb, layer));
  }
  await appendFile(status, entries.map((entry) => `${entry}\n`).join(''));
}

/** Unpacks one package, lists its files for dpkg, and returns its entry in dpkg's status file. */
async function unpack(deb, layer) {
  const tar = spawn('dpkg-deb', ['--fsys-tarfile', deb], { stdio: ['ignore', 'pipe', 'inherit'] });
  const options = ['--keep-directory-symlink', '--numeric-owner', '-p', ...leftOut.map((path) => `--exclude=${path}`)];
  const { stdout } = await run('tar', ['-xv', '-C', layer, ...options], { stdin: tar.stdout });
  const control = (await run('dpkg-deb', ['-f', deb])).stdout;
  const field = (name) => new RegExp(`^${name}: (.+)$`, 'm').exec(control)?.[1];
  const instance = field('Multi-Arch') === 'same' ? `${field('Package')}:${field('Architecture')}` : field('Package');
  const list = stdout.replace(/^\.\/$/m, './.').replace(/^\.(\/.*?)\/?$/gm, '$1');
  await writeFile(join(layer, 'var/lib/dpkg/info', `${instance}.list`), list);
  return control.replace('\n', '\nStatus: install ok installed\n');
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
