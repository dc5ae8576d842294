import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { docker, removeImages, withTempDir } from '../helpers/docker.ts';
import { bothStores, useEngine } from '../helpers/engine.ts';
import { safebuild } from '../helpers/safebuild.ts';
import type { Engine } from '../helpers/testbed.ts';
import { expectExit } from './rig/expect-exit.ts';
import { formsOf, holds } from './rig/holds.ts';
import { imagesOf } from './rig/images.ts';
import { cleanProject, leakyProject, token } from './rig/leaky.ts';
import { snapshotOf, writeProject } from './rig/project.ts';
import { type Workplace, withWorkplace } from './rig/workplace.ts';

const program = fileURLToPath(new URL('../../bin/safebuild.js', import.meta.url));

/** 200 kills in all, of which 120 of builds: of each store, and of a project that leaks and one that does not. */
const killsOfAProject = 30;
const killsOfMigrations = 80;
/** How often one run is left alone, and everything is looked at. */
const rounds = 2;

/** Two minutes on two idle cores; many times that where others use them, too. */
const longestMs = 1_800_000;

// Repeat a failed run with SAFEBUILD_KILL_SEED.
const seed = Number(process.env.SAFEBUILD_KILL_SEED) || Date.now() % 0x7fffffff;
const told = `SAFEBUILD_KILL_SEED=${seed}`;

/** Ctrl-C reaches the whole group of processes, docker too; a supervisor's SIGTERM and an OOM killer's SIGKILL reach us alone. */
const ways = ['SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGINT to all', 'SIGKILL', 'SIGHUP'] as const;
type Way = (typeof ways)[number];

test(
  'wherever a build or a migration is killed, the next one finds nothing and leaves nothing',
  async () => {
    const engines = await Promise.all(bothStores.map((store) => useEngine(store)));
    // Each engine has a lane of its own: what one project leaves must not be seen in another's.
    await Promise.all([...engines.map(killBuilds), killMigrations()]);
  },
  longestMs,
);

async function killBuilds(engine: Engine): Promise<void> {
  const random = mulberry32(seed);
  const tag = `kill-${engine.name}-${seed}`;
  for (const [project, exitCode] of [
    [cleanProject, 0],
    [leakyProject, 5],
  ] as const) {
    await withWorkplace(engine, { ...project, Dockerfile: withSalt(project.Dockerfile) }, async (place) => {
      const args = [`--tag=${tag}`, '.'];
      const env = sameEveryTime(place);
      const run = () => place.safebuild(args, { env });
      const before = await imagesAndContainers(engine);
      // Cold, for the cache; then warm, for the time that a run takes.
      expectExit(await run(), exitCode);
      const startedMs = Date.now();
      expectExit(await run(), exitCode);
      const spanMs = Date.now() - startedMs;
      await removeImages(engine, [tag]);
      for (let index = 0; index < killsOfAProject; index += 1) {
        // Only a Ctrl-C reaches the docker client of a clean-up too, and that is short.
        const way = index % 3 === 2 ? 'SIGINT to all' : pick(ways, random());
        const afterMs = pointOf(index, killsOfAProject, random()) * spanMs;
        const what = `${told}, ${engine.name}, exit ${exitCode}, kill ${index}: ${way} after ${Math.round(afterMs)} ms of ${spanMs}`;
        const killed = await killedAfter(args, place, way, afterMs, env);
        expect({ what, printed: holds(killed.printed, formsOf(token)) }).toEqual({ what, printed: false });
        // Whoever could clean up has done so at once; who was killed outright left it to the next.
        if (way !== 'SIGKILL') expect({ what, left: await ownFiles(place, killed.pid) }).toEqual({ what, left: [] });
        if (!isRound(index, killsOfAProject)) continue;
        // What was proved may have its tag by now, a leak never.
        if (exitCode !== 0) expect({ what, tag: await named(engine, tag) }).toEqual({ what, tag: [] });
        expectExit(await run(), exitCode);
        await removeImages(engine, [tag]);
        expect({ what, left: await place.leftovers() }).toEqual({ what, left: [] });
        expect({ what, ...(await imagesAndContainers(engine)) }).toEqual({ what, ...before });
        expect({ what, orphans: await orphansOf(place.folder) }).toEqual({ what, orphans: [] });
      }
    });
  }
}

/** Every file is as it was or as it becomes, and the next migration leaves no draft. */
async function killMigrations(): Promise<void> {
  const random = mulberry32(seed + 1);
  await withTempDir(async (parent) => {
    const folder = join(parent, 'app');
    const env = { NO_COLOR: '1', HOME: parent, XDG_STATE_HOME: join(parent, 'state') };
    const run = (...args: string[]) => safebuild(['migrate', ...args], { cwd: folder, env });
    await writeProject(folder, { ...cleanProject, '.dockerignore': '*.log\n' });
    const original = await snapshotOf(folder);
    const startedMs = Date.now();
    expectExit(await run('--yes'), 0);
    const spanMs = Date.now() - startedMs;
    const migrated = await snapshotOf(folder);
    expect(migrated).not.toEqual(original);
    expectExit(await run('--undo'), 0);
    expect(await snapshotOf(folder)).toEqual(original);
    for (let index = 0; index < killsOfMigrations; index += 1) {
      const way = pick(ways, random());
      const afterMs = pointOf(index, killsOfMigrations, random()) * spanMs;
      const what = `${told}, migration ${index}: ${way} after ${Math.round(afterMs)} ms of ${spanMs}`;
      await killedAfter(['migrate', '--yes'], { folder, env }, way, afterMs);
      expect({ what, torn: torn(await snapshotOf(folder), original, migrated) }).toEqual({ what, torn: [] });
      if (!isRound(index, killsOfMigrations)) continue;
      expectExit(await run('--yes'), 0);
      expect({ what, files: await snapshotOf(folder) }).toEqual({ what, files: migrated });
      // A migration that was killed midway is one of its own to undo.
      for (let undone = 0; undone < killsOfMigrations && !same(await snapshotOf(folder), original); undone += 1)
        expectExit(await run('--undo'), 0);
      expect({ what, files: await snapshotOf(folder) }).toEqual({ what, files: original });
    }
  });
}

type Snapshot = Readonly<Record<string, string>>;

/** Files that are neither as they were nor as they become; a draft of a killed process is none of the project's. */
function torn(now: Snapshot, before: Snapshot, after: Snapshot): string[] {
  return Object.entries(now).flatMap(([path, content]) =>
    content === before[path] || content === after[path] || /^\.\.?\w+\.safebuild-[0-9a-f]{12}$/.test(path)
      ? []
      : [path],
  );
}

/** A part of the run's time, spread over all of it but the loading of the program. */
function pointOf(index: number, kills: number, at: number): number {
  return 0.15 + (0.87 * (index + at)) / kills;
}

function isRound(index: number, kills: number): boolean {
  return (index + 1) % Math.ceil(kills / rounds) === 0 || index + 1 === kills;
}

/** A step of its own for every run of the test. */
function withSalt(dockerfile: string): string {
  return dockerfile.replace('ARG TOKEN\n', `ARG TOKEN\nRUN echo ${seed}\n`);
}

/** Starts safebuild, kills it after a while, and waits for its end; returns everything that it printed. */
async function killedAfter(
  args: readonly string[],
  place: Pick<Workplace, 'folder' | 'env'>,
  way: Way,
  afterMs: number,
  env: Readonly<Record<string, string>> = {},
): Promise<{ pid: number; printed: Buffer }> {
  const child = spawn(process.execPath, ['--', program, ...args], {
    cwd: place.folder,
    env: { ...place.env, ...env },
    // A group of its own, as a terminal's job has.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => printed.push(chunk));
  const ended = once(child, 'exit');
  await Promise.race([ended, sleep(afterMs)]);
  kill(child, way);
  await ended;
  return { pid: child.pid ?? 0, printed: Buffer.concat(printed) };
}

function kill({ pid, exitCode }: ChildProcess, way: Way): void {
  if (pid === undefined || exitCode !== null) return;
  try {
    if (way === 'SIGINT to all') process.kill(-pid, 'SIGINT');
    else process.kill(pid, way);
  } catch {
    // It has just ended by itself.
  }
}

async function imagesAndContainers(engine: Engine): Promise<{ images: string[]; containers: string }> {
  return { images: await imagesOf(engine), containers: await docker(engine, ['ps', '--all', '--quiet']) };
}

async function named(engine: Engine, tag: string): Promise<string[]> {
  return (await imagesOf(engine)).filter((image) => image.startsWith(`${tag}:`));
}

/** Two builds of one project give one image: no time in an attestation, and the versions of secrets have a key. */
function sameEveryTime(place: Workplace): Record<string, string> {
  return { BUILDX_NO_DEFAULT_ATTESTATIONS: '1', XDG_STATE_HOME: join(place.folder, '../state') };
}

/** What a process left in its private folders; a note of ids about the engine is for the next build. */
async function ownFiles(place: Workplace, pid: number): Promise<string[]> {
  const inside = new RegExp(`\\b${pid}-\\w{6}/`);
  return (await place.leftovers()).filter((path) => inside.test(path) && !path.endsWith('/engine.json'));
}

/** Processes that still run for this project a moment after their parent is gone. */
async function orphansOf(folder: string): Promise<string[]> {
  for (let turn = 0; ; turn += 1) {
    const commands = await Promise.all(
      (await readdir('/proc'))
        .filter((name) => /^\d+$/.test(name))
        .map(async (pid) => {
          const cwd = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
          return cwd.includes(`HOME=${folder}\0`) ? await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') : '';
        }),
    );
    const left = commands.filter((command) => command !== '');
    if (left.length === 0 || turn === 40) return left;
    await sleep(50);
  }
}

function same(a: Snapshot, b: Snapshot): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function pick<T>(list: readonly T[], at: number): T {
  return list[Math.floor(at * list.length)] as T;
}

/** A small generator of numbers in [0, 1) that a seed repeats. */
function mulberry32(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
