import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './cache.mjs';
import { withLock } from './lock.mjs';
import { run } from './run.mjs';

/**
 * A package as its maintainers published it.
 *
 * @typedef {{ manifest: { name: string, version: string }, tarball: string }} Published
 */

/**
 * A package of npm with all that it depends on, by npm itself and once for all runs.
 *
 * No script of any of them is run.
 *
 * @param {string} specifier with its version: `serve@14.2.7`
 * @returns {Promise<Published[]>} `tarball` is a path
 */
export async function publishedPackages(specifier) {
  const folder = join(cacheFolder(), 'npm', specifier.replace('/', '+'));
  const list = join(folder, 'packages.json');
  if (!existsSync(list)) {
    await withLock(`${folder}.lock`, async () => {
      if (!existsSync(list)) await fetchPackages(specifier, folder);
    });
  }
  const published = JSON.parse(await readFile(list, 'utf8'));
  return published.map(({ manifest, file }) => ({ manifest, tarball: join(folder, file) }));
}

async function fetchPackages(specifier, folder) {
  const unfinished = await mkdtemp(`${folder}.part-`);
  try {
    const project = join(unfinished, '.project');
    await mkdir(project);
    await writeFile(join(project, 'package.json'), '{}');
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund'];
    await run('npm', ['install', ...quiet, specifier], { cwd: project });
    const lock = JSON.parse(await readFile(join(project, 'node_modules/.package-lock.json'), 'utf8'));
    const manifests = await Promise.all(
      Object.keys(lock.packages).map(async (path) => JSON.parse(await readFile(join(project, path, 'package.json')))),
    );
    const named = new Map(manifests.map((manifest) => [`${manifest.name}@${manifest.version}`, manifest]));
    const packed = await run('npm', ['pack', '--json', '--ignore-scripts', ...named.keys()], { cwd: unfinished });
    const published = JSON.parse(packed.stdout).map(({ name, version, filename }) => ({
      manifest: named.get(`${name}@${version}`),
      file: filename,
    }));
    await rm(project, { recursive: true });
    await writeFile(join(unfinished, 'packages.json'), JSON.stringify(published));
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
