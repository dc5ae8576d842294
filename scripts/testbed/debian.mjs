import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './cache.mjs';
import { TestbedFailure } from './failure.mjs';
import { withLock } from './lock.mjs';
import { run } from './run.mjs';

const listsStayFreshMs = 12 * 3600_000;

/** Why packages of Debian cannot be used on this machine, in words; undefined when they can. */
export async function whyNotDebian() {
  if (process.platform !== 'linux') return 'this is not Linux';
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  if (!/^ID=debian$/m.test(release)) return 'this is not Debian';
  if (process.getuid?.() !== 0) return 'this is not root';
  return undefined;
}

/** Debian's name of this machine's processor: `amd64`, `arm64`. */
export async function hostArchitecture() {
  return (await run('dpkg', ['--print-architecture'])).stdout.trim();
}

/**
 * Unpacks packages, without what they depend on, into one folder of the cache, and returns that folder.
 *
 * No maintainer script is run and nothing outside the cache is touched. A folder is there whole or not at all: it is
 * unpacked beside its place and moved.
 *
 * @param {{ name: string, suite: string, packages: readonly string[], arch?: string }} wanted
 */
export async function unpackedPackages({ name, suite, packages, arch }) {
  const folder = join(cacheFolder(), 'packages', name);
  if (existsSync(folder)) return folder;
  return await withLock(`${folder}.lock`, async () => {
    if (existsSync(folder)) return folder;
    const unfinished = await mkdtemp(`${folder}.part-`);
    try {
      const debs = join(unfinished, '.debs');
      await mkdir(debs);
      const apt = await privateApt(suite, arch ?? (await hostArchitecture()));
      await run('apt-get', [...apt, 'download', ...packages], { cwd: debs });
      const files = await readdir(debs);
      for (const deb of files) await run('dpkg-deb', ['-x', join(debs, deb), unfinished]);
      await writeFile(join(unfinished, '.packages'), `${files.join('\n')}\n`);
      await rm(debs, { recursive: true });
      await rename(unfinished, folder);
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
    return folder;
  });
}

/**
 * Downloads packages with everything they depend on (no recommendations), and returns the paths of the .deb files.
 *
 * @param {{ suite: string, packages: readonly string[], into: string }} wanted `into`: what is there already is kept
 */
export async function downloadWithDependencies({ suite, packages, into }) {
  const apt = await privateApt(suite, await hostArchitecture());
  await mkdir(join(into, 'partial'), { recursive: true });
  // only what is not there yet is listed, so that the list must be asked for with an empty folder
  const listing = await run('apt-get', [...apt, '-qq', '-y', '--print-uris', 'install', ...packages]);
  await run('apt-get', [...apt, `-oDir::Cache::archives=${into}`, '-y', '--download-only', 'install', ...packages]);
  const names = [...listing.stdout.matchAll(/^'[^']+' (\S+\.deb) /gm)].map(([, name]) => name);
  return names.map((name) => join(into, name));
}

/** Options of an apt that has its own lists and no installed packages: it neither reads nor changes the machine's. */
async function privateApt(suite, arch) {
  const folder = join(cacheFolder(), 'apt', `${suite}-${arch}`);
  await mkdir(join(folder, 'lists', 'partial'), { recursive: true });
  await mkdir(join(folder, 'cache', 'archives', 'partial'), { recursive: true });
  await writeWhenChanged(join(folder, 'status'), '');
  await writeWhenChanged(join(folder, 'sources.list'), await sourceLine(suite, arch));
  const options = [
    '-q',
    `-oDir::Etc::sourcelist=${folder}/sources.list`,
    '-oDir::Etc::sourceparts=/dev/null',
    '-oDir::Etc::preferences=/dev/null',
    '-oDir::Etc::preferencesparts=/dev/null',
    `-oDir::State=${folder}`,
    `-oDir::State::status=${folder}/status`,
    `-oDir::State::Lists=${folder}/lists`,
    `-oDir::Cache=${folder}/cache`,
    // container images of Debian switch this off, which costs seconds for each call
    '-oDir::Cache::pkgcache=pkgcache.bin',
    '-oDir::Cache::srcpkgcache=',
    '-oAcquire::GzipIndexes=true',
    '-oDpkg::Use-Pty=0',
    '-oAPT::Sandbox::User=root',
    `-oAPT::Architecture=${arch}`,
    `-oAPT::Architectures=${arch}`,
    '-oAPT::Install-Recommends=false',
    '-oAPT::Get::AllowUnauthenticated=false',
    '-oAcquire::Languages=none',
    '-oAcquire::Retries=3',
    // a mirror that stands still is past Debian's expiry date; signatures are still checked
    '-oAcquire::Check-Valid-Until=false',
    '-oAcquire::Check-Date=false',
  ];
  await withLock(`${folder}.lock`, async () => {
    const updated = join(folder, 'updated');
    const at = await stat(updated).catch(() => undefined);
    if (at !== undefined && Date.now() - at.mtimeMs < listsStayFreshMs) return;
    await run('apt-get', [...options, '-oAPT::Update::Error-Mode=any', 'update']);
    await writeFile(updated, '');
  });
  return options;
}

// a newer file makes apt throw its caches away
async function writeWhenChanged(path, text) {
  if ((await readFile(path, 'utf8').catch(() => undefined)) !== text) await writeFile(path, text);
}

/** A line of an apt source list for a suite of the mirror that this machine installs from. */
export async function sourceLine(suite, arch = undefined) {
  const only = arch === undefined ? '' : `arch=${arch} `;
  return `deb [${only}signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${await mirror()} ${suite} main\n`;
}

async function mirror() {
  const format = ['--format', '$(REPO_URI)'];
  const { stdout } = await run('apt-get', ['indextargets', '--no-release-info', ...format, 'Created-By: Packages']);
  const uri = stdout.split('\n').find((line) => /\/debian\/?$/.test(line));
  if (uri === undefined) {
    throw new TestbedFailure('apt on this machine knows no Debian archive', {
      hint: 'Add a "deb …/debian …" line to /etc/apt/sources.list.',
    });
  }
  return uri;
}
