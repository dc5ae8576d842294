import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './cache.mjs';
import { clientEnvironment, startDaemon, stopDaemon } from './daemon.mjs';
import { whyNotDebian } from './debian.mjs';
import { engines } from './engines.mjs';
import { TestbedFailure } from './failure.mjs';
import { findEngine } from './find.mjs';
import { addLease, dropLease } from './leases.mjs';
import { withLock } from './lock.mjs';
import { run } from './run.mjs';

/**
 * An engine that answers.
 *
 * @typedef {object} Engine
 * @property {keyof typeof engines} name
 * @property {Record<string, string>} env  what a docker client needs, PATH included
 * @property {boolean} ours                whether the testbed runs it: only such an engine is given look-alike images
 * @property {() => Promise<void>} release stops it, if it is ours and no other process uses it
 */

/**
 * Finds or starts the engine of this name.
 *
 * An engine that is already there (DOCKER_HOST, context, default socket) is used when it is of the right kind, unless
 * `SAFEBUILD_TEST_ENGINE=private`; otherwise Debian's packages are unpacked into the cache and run from there.
 *
 * @param {keyof typeof engines} name
 * @param {{ holder?: string, accepts?: import('./engines.mjs').EngineKind['accepts'] }} [options]
 *   `holder`: whose lease it is, this process by default; `accepts`: instead of what the name asks of an engine
 * @returns {Promise<Engine>}
 */
export async function startEngine(name, { holder, accepts = engines[name].accepts } = {}) {
  const folder = engineFolder(name);
  const lookElsewhere = process.env.SAFEBUILD_TEST_ENGINE !== 'private' && !process.env.DOCKER_HOST?.includes(folder);
  const found = lookElsewhere ? await findEngine() : { reason: 'only a private one is wanted' };
  if ('env' in found && accepts(found)) {
    return { name, env: found.env, ours: false, release: async () => undefined };
  }
  if ('reason' in found && lookElsewhere && process.env.DOCKER_HOST) {
    throw new TestbedFailure(`DOCKER_HOST is set, but ${found.reason}`, {
      hint: 'Start that engine, or unset DOCKER_HOST, or set SAFEBUILD_TEST_ENGINE=private.',
    });
  }
  const obstacle = await whyNotDebian();
  if (obstacle !== undefined) throw noEngine(name, found, obstacle);
  await withLock(`${folder}.lock`, async () => {
    await startDaemon(folder, engines[name]);
    await addLease(folder, holder);
  });
  const env = { ...(await clientEnvironment(folder, engines[name])), HOME: process.env.HOME ?? '/' };
  return { name, env, ours: true, release: () => releaseEngine(name, holder) };
}

/** Stops the private engine of this name whoever uses it; with `wipe` its images go too. */
export async function stopEngine(name, { wipe = false } = {}) {
  const folder = engineFolder(name);
  if (!existsSync(folder)) return;
  await withLock(`${folder}.lock`, async () => {
    await stopDaemon(folder);
    await rm(wipe ? folder : join(folder, 'leases'), { recursive: true, force: true });
  });
}

/**
 * The folder of a private engine: data, socket, configuration, log.
 *
 * Every worker of jest has engines of its own, for a test compares what its engine holds before and after.
 *
 * @param {keyof typeof engines} name
 * @param {string} [slot] a number; whose engine of this name
 */
export function engineFolder(name, slot = ownSlot()) {
  return join(cacheFolder(), slot === '1' ? 'engines' : `engine${slot}`, name);
}

/** Gives up this process's leases of all private engines, and stops those of every slot that nobody else uses. */
export async function releaseEngines() {
  const slots = (await readdir(cacheFolder())).flatMap((entry) => {
    const [, slot] = /^engine(s|\d+)$/.exec(entry) ?? [];
    return slot === undefined ? [] : [slot === 's' ? '1' : slot];
  });
  for (const slot of slots) for (const name of Object.keys(engines)) await releaseEngine(name, undefined, slot);
}

function ownSlot() {
  const [first, worker] = [process.env.SAFEBUILD_TEST_SLOT || '1', process.env.JEST_WORKER_ID || '1'];
  if (!/^[1-9]\d?$/.test(first)) throw new TestbedFailure(`SAFEBUILD_TEST_SLOT is no number from 1 to 99: ${first}`);
  return String(Number(first) + Number(worker) - 1);
}

async function releaseEngine(name, holder, slot) {
  const folder = engineFolder(name, slot);
  if (!existsSync(folder)) return;
  await withLock(`${folder}.lock`, async () => {
    if (!(await dropLease(folder, holder))) return;
    // nobody else is there to miss them: untagged images and build steps of the tests
    const env = await clientEnvironment(folder, engines[name]);
    await run('docker', ['system', 'prune', '--force'], { env, allowFailure: true });
    await stopDaemon(folder);
  });
}

function noEngine(name, found, obstacle) {
  const there = 'reason' in found ? found.reason : `the engine that is there is ${found.major}, store ${found.store}`;
  return new TestbedFailure(
    `No Docker engine for "${name}": ${there}, and a private one cannot be started: ${obstacle}`,
    {
      hint: 'Start a Docker engine with BuildKit and buildx and set DOCKER_HOST to it, or run this as root on Debian.',
    },
  );
}
