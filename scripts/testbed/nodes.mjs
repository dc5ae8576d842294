import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './cache.mjs';
import { withLock } from './lock.mjs';
import { run } from './run.mjs';

/**
 * Another Node for this machine, as npm has it, fetched once for all runs.
 *
 * @param {string} version a range of npm's: `24`, `20.19.0`
 * @returns {Promise<string>} the path of its program
 */
export async function nodeOf(version) {
  const name = `${process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'}-${process.platform}-${process.arch}`;
  const folder = join(cacheFolder(), 'nodes', version);
  await mkdir(join(folder, '..'), { recursive: true });
  if (!existsSync(folder)) {
    await withLock(`${folder}.lock`, async () => {
      if (!existsSync(folder)) await fetchNode(`${name}@${version}`, folder);
    });
  }
  const unpacked = join(folder, 'node_modules', name);
  const { bin } = JSON.parse(await readFile(join(unpacked, 'package.json'), 'utf8'));
  return join(unpacked, bin.node);
}

async function fetchNode(specifier, folder) {
  const unfinished = await mkdtemp(`${folder}.part-`);
  try {
    await writeFile(join(unfinished, 'package.json'), '{}');
    await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', specifier], { cwd: unfinished });
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
