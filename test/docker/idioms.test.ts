import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { docker, tryDocker, withTempDir } from '../helpers/docker.ts';
import { useEngine } from '../helpers/engine.ts';
import { safebuild } from '../helpers/safebuild.ts';
import { type Engine, startNpmRegistry, startPythonIndex } from '../helpers/testbed.ts';
import { expectExit } from './rig/expect-exit.ts';
import type { Idiom, Servers } from './rig/idioms/idiom.ts';
import { plainIdioms } from './rig/idioms/plain.ts';
import { startPrivateServer } from './rig/idioms/private-server.ts';
import { toolIdioms } from './rig/idioms/tools.ts';
import { type ImageContent, imageContent } from './rig/image-files.ts';
import { writeProject } from './rig/project.ts';

// The most frequent idioms of real Dockerfiles, with the tools and private servers that they are about: docker builds an
// image that leaks, and safebuild one that is proved clean and holds the same files.

/** Two at a time: the machines that run this have two processors. */
const atOnce = 2;

const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  await Promise.all(stops.map((stop) => stop()));
});

let ready: Promise<{ engine: Engine; idioms: readonly Idiom[] }> | undefined;

/** The engine and the servers, for the first idiom that needs them. */
async function start(): Promise<{ engine: Engine; idioms: readonly Idiom[] }> {
  const images = ['busybox:latest', 'buildpack-deps:bookworm-scm', 'node:20-slim', 'python:3.11-slim'];
  const engine = await useEngine('containerd', images);
  return { engine, idioms: [...plainIdioms, ...toolIdioms(await startServers())] };
}

const titles = [...plainIdioms, ...toolIdioms(anyServers())].map(({ code, title }) => ({ code, title }));

test('there are at least 25 of them', () => {
  expect(new Set(titles.map(({ title }) => title)).size).toBe(titles.length);
  expect(titles.length).toBeGreaterThanOrEqual(25);
});

const lanes = Array.from({ length: atOnce }, () => Promise.resolve());
let started = 0;

test.concurrent.each(titles)('$code: $title', async ({ title }) => {
  const lane = started++ % atOnce;
  const turn = (lanes[lane] ?? Promise.resolve()).then(async () => {
    ready ??= start();
    const { engine, idioms } = await ready;
    const idiom = idioms.find((one) => one.title === title);
    if (idiom === undefined) throw new Error('it is not told');
    await tell(engine, idiom);
  });
  lanes[lane] = turn.catch(() => undefined);
  await turn;
});

/** The titles do not depend on where servers answer. */
function anyServers(): Servers {
  const url = 'http://127.0.0.1:1/';
  return { git: '127.0.0.1:1', npm: url, npmToken: 'x', pip: url, pipIndex: url, pipToken: 'x' };
}

async function startServers(): Promise<Servers> {
  const [git, npm, pip] = await Promise.all([startPrivateServer(), startNpmRegistry(), startPythonIndex()]);
  stops.push(git.stop, npm.stop, pip.stop);
  return {
    git: git.host,
    npm: npm.url,
    npmToken: npm.token,
    pip: pip.url,
    pipIndex: pip.indexUrl,
    pipToken: pip.token,
  };
}

/** The story of one idiom: before leaks, after is proved clean, and both hold the same. */
async function tell(engine: Engine, idiom: Idiom): Promise<void> {
  await withTempDir(async (folder) => {
    const [cwd, before, after] = ['app', 'before', 'after'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const values = Object.values(idiom.secrets);
    await writeProject(folder, {
      'values.env': values.map((value, index) => `SECRET_TOKEN_${index}=${value}\n`).join(''),
      ...Object.fromEntries(Object.entries(idiom.files).map(([path, text]) => [`app/${path}`, text])),
    });
    const output = (dest: string): string[] => [
      '--network=host',
      '--provenance=false',
      '--progress=plain',
      `--output=type=oci,tar=false,dest=${dest}`,
    ];

    const given = idiom.buildArgs ?? [];
    const env = Object.fromEntries(given.map((name) => [name, idiom.secrets[name] ?? '']));
    const args = [...given.map((name) => `--build-arg=${name}`), ...output(before), '.'];
    expectExit(await tryDocker({ ...engine, env: { ...engine.env, ...env } }, ['build', ...args], { cwd }), 0);
    expectExit(await safebuild(['verify', '--env-file=values.env', before], { cwd: folder }), 5);

    // HOME is the project here: the quarantine must not lie in what is built.
    const outside = { XDG_CACHE_HOME: join(folder, 'cache') };
    const mended = await safebuild([...output(after), '.'], { engine, cwd, env: outside });
    expectExit(mended, 0);
    expect(mended.stderr).toContain('safebuild: clean: ');
    const below = await baseLayers(engine, idiom.image);
    const [old, now] = [await imageContent(before, below), await imageContent(after, below)];
    expectSame(idiom, old, now);
    for (const value of values) {
      expect(mended.stdout + mended.stderr).not.toContain(value);
      expect({ value, held: old.holds(value) }).toEqual({ value, held: true });
      expect({ value, held: now.holds(value) }).toEqual({ value, held: false });
    }
  });
}

async function baseLayers(engine: Engine, image: string): Promise<number> {
  return Number(await docker(engine, ['image', 'inspect', '--format', '{{len .RootFS.Layers}}', image]));
}

/** What tools write differently at every run: logs, caches, times inside of files. */
const volatile =
  /^(?:root\/\.(?:npm|cache)\/|tmp\/|var\/log\/)|\.pyc$|\.git\/(?:index|logs\/)|^(?:etc|proc|sys|dev)\/?$/;

function expectSame({ gone, secrets }: Idiom, before: ImageContent, after: ImageContent): void {
  const kept = ({ files }: ImageContent): [string, string][] =>
    [...files].filter(([path]) => !volatile.test(path) && !gone?.test(path)).sort();
  expect(kept(after)).toEqual(kept(before));
  const names = new Set(Object.keys(secrets).map((name) => name.toUpperCase()));
  const config = ({ config: { Env = [], ...rest } }: ImageContent): object => ({
    ...rest,
    Env: Env.filter((entry) => {
      const [name = '', value = ''] = entry.split('=');
      return !names.has(name.toUpperCase()) && !Object.values(secrets).includes(value);
    }),
  });
  expect(config(after)).toEqual(config(before));
}
