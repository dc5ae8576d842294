import { join } from 'node:path';
import { unpackedPackages, whyNotDebian } from './debian.mjs';
import { TestbedFailure } from './failure.mjs';
import { run } from './run.mjs';

/**
 * What starts Docker Compose 2 or newer: the plugin of the docker on PATH, else Debian's, unpacked into the cache.
 *
 * It reads files without an engine: `config`.
 *
 * @returns {Promise<readonly string[]>} the words that go before its arguments
 */
export async function compose() {
  if ((await run('docker', ['compose', 'version'], { allowFailure: true })).exitCode === 0)
    return ['docker', 'compose'];
  const obstacle = await whyNotDebian();
  if (obstacle !== undefined) {
    throw new TestbedFailure(`docker compose is not there, and cannot be unpacked: ${obstacle}`, {
      hint: 'Install the compose plugin of docker.',
    });
  }
  const folder = await unpackedPackages({ name: 'compose', suite: 'forky', packages: ['docker-compose'] });
  return [join(folder, 'usr/libexec/docker/cli-plugins/docker-compose')];
}
