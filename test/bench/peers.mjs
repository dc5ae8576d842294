// What else looks for secrets in images, and what moves an image at all: measured where it is there.
import { spawnSync } from 'node:child_process';
import { has, runCommands } from './measure.mjs';

/** Scanners end with a code of their own when they find something. */
const found = [0, 1, 183];

export function peerWays(layout, layers) {
  const scanners = {
    trufflehog: ['trufflehog', 'filesystem', '--no-verification', '--no-update', layout],
    gitleaks: ['gitleaks', 'dir', '--no-banner', '--exit-code', '0', layout],
    trivy: ['trivy', 'image', '--scanners', 'secret', '--offline-scan', '--input', layout],
  };
  const ways = Object.entries(scanners)
    .filter(([program]) => has(program))
    .map(([program, words]) => ({
      name: program,
      run: () => runCommands([words], { allowed: found, timeoutSeconds: 1800 }),
    }));
  if (has('rg')) {
    const search = layers.map((path) => [
      'sh',
      '-c',
      'gzip -dc "$1" | rg -aF -c not-a-secret-7f3a91c2d4e8',
      'sh',
      path,
    ]);
    ways.push({ name: 'gzip -dc | rg', run: () => runCommands(search, { allowed: [0, 1] }) });
  }
  const image = engineImage();
  if (image !== undefined)
    ways.push({ name: `docker save ${image}`, run: () => runCommands([['docker', 'save', image]]) });
  return ways;
}

/** The image that BENCH_IMAGE names, when an engine has it: how long the engine needs to hand it out. */
function engineImage() {
  const image = process.env.BENCH_IMAGE;
  if (image === undefined || !has('docker')) return undefined;
  return spawnSync('docker', ['image', 'inspect', image], { stdio: 'ignore' }).status === 0 ? image : undefined;
}
