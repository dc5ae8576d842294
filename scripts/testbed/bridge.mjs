import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { run } from './run.mjs';

/**
 * Makes sure that an engine has a network bridge of its own, and returns its name.
 *
 * Its own, because `dockerd --bridge=none` and the default bridge both change `docker0`, which may be another engine's.
 * There is no NAT, so that no firewall rule is touched: a RUN reaches services of this machine with `--network=host`.
 *
 * @param {string} owner what the name is derived from: the engine's folder
 */
export async function ensureBridge(owner) {
  const name = bridgeName(owner);
  if (existsSync(`/sys/class/net/${name}`)) {
    if ((await run('ip', ['-4', '-oneline', 'address', 'show', 'dev', name])).stdout !== '') return name;
    await removeBridge(owner);
  }
  await run('ip', ['link', 'add', name, 'type', 'bridge']);
  await run('ip', ['address', 'add', `${await freeNetwork(name)}.1/24`, 'dev', name]);
  await run('ip', ['link', 'set', name, 'up']);
  return name;
}

/** Deletes the bridge that `ensureBridge` made; nothing when there is none. */
export async function removeBridge(owner) {
  const name = bridgeName(owner);
  if (existsSync(`/sys/class/net/${name}`)) await run('ip', ['link', 'del', name]);
}

// a name of an interface holds 15 bytes
function bridgeName(owner) {
  return `sb-${createHash('sha256').update(owner).digest('hex').slice(0, 8)}`;
}

async function freeNetwork(name) {
  // os.networkInterfaces() leaves out a bridge that nothing is plugged into
  const taken = (await run('ip', ['-4', '-oneline', 'address'])).stdout;
  const start = Number.parseInt(name.slice(-4), 16);
  for (let i = 0; i < 250; i++) {
    const network = `10.233.${(start + i) % 250}`;
    if (!taken.includes(` ${network}.`)) return network;
  }
  throw new Error('no free network below 10.233.0.0/16');
}
