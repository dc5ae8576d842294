import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackedPackages, whyNotDebian } from './debian.mjs';
import { TestbedFailure } from './failure.mjs';
import { run } from './run.mjs';

/**
 * What starts strace: the one on PATH, else Debian's, unpacked into the cache.
 *
 * The command to be traced goes behind these words, and sees nothing of the variables that strace itself needs.
 *
 * @returns {Promise<{ command: readonly string[], env: Record<string, string> }>}
 */
export async function strace() {
  if ((await run('strace', ['-V'], { allowFailure: true })).exitCode === 0) return { command: ['strace'], env: {} };
  const obstacle = await whyNotDebian();
  if (obstacle !== undefined) {
    throw new TestbedFailure(`strace is not on PATH, and cannot be unpacked: ${obstacle}`, { hint: 'Install strace.' });
  }
  // the oldest suite that the tests run on: its libc is the oldest, too
  const folder = await unpackedPackages({ name: 'strace', suite: 'bookworm', packages: ['strace', 'libunwind8'] });
  const libraries = join(folder, 'usr/lib');
  const architecture = (await readdir(libraries)).find((name) => name.endsWith('-linux-gnu')) ?? '';
  return {
    command: [join(folder, 'usr/bin/strace'), '-E', 'LD_LIBRARY_PATH'],
    env: { LD_LIBRARY_PATH: join(libraries, architecture) },
  };
}
