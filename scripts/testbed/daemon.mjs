import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rm, statfs, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureBridge, removeBridge } from './bridge.mjs';
import { unpackedPackages } from './debian.mjs';
import { releases } from './engines.mjs';
import { TestbedFailure } from './failure.mjs';
import { run } from './run.mjs';

const startTimeoutMs = 60_000;
const stopTimeoutMs = 30_000;

/**
 * Starts the private dockerd of `folder` unless it is up, and waits until it answers.
 *
 * The process outlives us: the next run finds it. Everything that it writes is below `folder`.
 *
 * @param {string} folder
 * @param {import('./engines.mjs').EngineKind} kind
 */
export async function startDaemon(folder, kind) {
  if ((await daemonPid(folder)) !== undefined && (await answers(folder))) return;
  const [server, runc] = await Promise.all([unpackedEngine(kind.release), unpackedRunc()]);
  await prepareData(join(folder, 'data'));
  const config =
    kind.store === 'containerd' ? { features: { 'containerd-snapshotter': true } } : { 'storage-driver': 'overlay2' };
  await writeFile(join(folder, 'daemon.json'), JSON.stringify({ ...config, 'log-level': 'warn' }));
  await rm(socketOf(folder), { force: true });
  const bridge = await ensureBridge(folder);
  const log = await open(join(folder, 'dockerd.log'), 'w');
  const child = spawn(join(server, 'usr/sbin/dockerd'), daemonArguments(folder, bridge, kind), {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: { ...process.env, ...(await daemonEnvironment(server, runc)) },
  });
  child.unref();
  let ended = false;
  child.once('error', () => {
    ended = true;
  });
  child.once('exit', () => {
    ended = true;
  });
  await log.close();
  const deadline = Date.now() + startTimeoutMs;
  while (!(await answers(folder))) {
    if (ended || Date.now() > deadline) {
      const last = (await readFile(join(folder, 'dockerd.log'), 'utf8')).trimEnd().split('\n').slice(-8).join('\n  ');
      throw new TestbedFailure(`The private engine in ${folder} did not start:\n  ${last}`);
    }
    await sleep(50);
  }
}

/** Stops the dockerd of `folder` if it is up, and removes the mounts and the bridge that it leaves. */
export async function stopDaemon(folder) {
  const pid = await daemonPid(folder);
  if (pid !== undefined) {
    process.kill(pid, 'SIGTERM');
    const deadline = Date.now() + stopTimeoutMs;
    while ((await daemonPid(folder)) !== undefined) {
      if (Date.now() > deadline) throw new TestbedFailure(`dockerd ${pid} of ${folder} does not stop`);
      await sleep(50);
    }
  }
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
  for (const mount of mounts.filter((path) => path.startsWith(`${folder}/`)).reverse())
    await run('umount', ['-l', mount]);
  await removeBridge(folder);
}

/**
 * What a docker client needs to talk to the dockerd of `folder`: `PATH` with its own client first, `DOCKER_HOST`,
 * `DOCKER_CONFIG`.
 *
 * @returns {Promise<{ PATH: string, DOCKER_HOST: string, DOCKER_CONFIG: string }>}
 */
export async function clientEnvironment(folder, kind) {
  const client = await unpackedEngine(kind.client);
  const config = join(folder, 'config');
  await installPlugins(client, config);
  return {
    PATH: `${join(client, 'usr/bin')}:${process.env.PATH}`,
    DOCKER_HOST: `unix://${socketOf(folder)}`,
    DOCKER_CONFIG: config,
  };
}

/** Inside a container the cache may lie on an overlay file system, on which no image store can lay another: then in memory. */
async function prepareData(data) {
  await mkdir(data, { recursive: true });
  // OVERLAYFS_SUPER_MAGIC of linux/magic.h
  if ((await statfs(data)).type === 0x794c7630) await run('mount', ['-t', 'tmpfs', 'tmpfs', data]);
}

function socketOf(folder) {
  return join(folder, 'docker.sock');
}

function unpackedEngine(release) {
  return unpackedPackages({ name: `engine-${release}`, ...releases[release] });
}

// runc of the newer suites needs a newer libc than the stable releases have
function unpackedRunc() {
  return unpackedPackages({ name: 'runc', suite: 'bookworm', packages: ['runc', 'libseccomp2'] });
}

function daemonArguments(folder, bridge, kind) {
  return [
    `--config-file=${join(folder, 'daemon.json')}`,
    `--data-root=${join(folder, 'data')}`,
    `--exec-root=${join(folder, 'exec')}`,
    `--host=unix://${socketOf(folder)}`,
    `--pidfile=${join(folder, 'dockerd.pid')}`,
    '--group=root',
    `--bridge=${bridge}`,
    '--iptables=false',
    '--ip-forward=false',
    '--ip-masq=false',
    // 20.10 has the flag, but only as an experiment
    ...(kind.release === '20' ? [] : ['--ip6tables=false']),
  ];
}

async function daemonEnvironment(server, runc) {
  const libraries = join(runc, 'usr/lib');
  const architecture = (await readdir(libraries)).find((name) => name.endsWith('-linux-gnu')) ?? '';
  const path = [join(server, 'usr/sbin'), join(server, 'usr/bin'), join(runc, 'usr/sbin'), process.env.PATH];
  return { PATH: path.join(':'), LD_LIBRARY_PATH: join(libraries, architecture) };
}

/** The recorded pid, when that process really is the dockerd of this folder: pids are used again. */
async function daemonPid(folder) {
  const pid = Number(await readFile(join(folder, 'dockerd.pid'), 'utf8').catch(() => ''));
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return command.includes(`--data-root=${join(folder, 'data')}\0`) ? pid : undefined;
}

/** Whether the engine's API says OK. */
function answers(folder) {
  return new Promise((resolve) => {
    const ping = request({ socketPath: socketOf(folder), path: '/_ping', timeout: 3000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    ping.once('timeout', () => ping.destroy());
    ping.once('error', () => resolve(false));
    ping.end();
  });
}

async function installPlugins(client, config) {
  await mkdir(config, { recursive: true });
  if (!existsSync(join(config, 'config.json'))) await writeFile(join(config, 'config.json'), '{}\n');
  const plugins = join(config, 'cli-plugins');
  const source = ['usr/libexec/docker/cli-plugins', 'usr/lib/docker/cli-plugins']
    .map((path) => join(client, path))
    .find((path) => existsSync(path));
  if (source !== undefined && !existsSync(plugins)) await symlink(source, plugins);
}
