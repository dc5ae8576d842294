import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Answers } from '../../../src/build/answers.ts';
import { answering, type Answers as DockerAnswers, http } from '../publish/answers.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'safebuild-home-'));
  await mkdir(join(home, 'bin'));
  await writeFile(join(home, 'bin', 'docker'), 'docker');
});
afterEach(async () => {
  jest.useRealTimers();
  await rm(home, { recursive: true, force: true });
});

const containerd = 'Driver: docker\n org.mobyproject.buildkit.worker.snapshotter: overlayfs\n';
const graphdriver = 'Driver: docker\n';
const info = { ID: 'one', ServerVersion: '28.5.2', DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] };

const engine = (more: DockerAnswers = {}): DockerAnswers => ({
  'GET /info': http(200, info),
  'buildx inspect': containerd,
  'buildx build --builder default --call=outline': '{}',
  'buildx build --help': '--progress rawjson',
  ...more,
});

interface Asked {
  /** What was asked of buildx. */
  asked: string[];
  answers: Answers;
}

function asking(more: DockerAnswers = {}, env: Record<string, string> = {}, name = 'default'): Asked {
  const { docker, asked } = answering(engine(more));
  const host = {
    docker,
    env: { HOME: home, PATH: join(home, 'bin'), ...env },
    signal: new AbortController().signal,
  };
  const answers = new Answers(name, host, undefined);
  return { answers, asked };
}

async function askAll({ answers, asked }: Asked, syntax?: string): Promise<string[]> {
  await answers.builder();
  await answers.secretEnv({ syntax, workDir: home });
  await answers.rawJson();
  return asked.filter((command) => command.startsWith('buildx'));
}

test('what was answered once is not asked again', async () => {
  expect(await askAll(asking())).toHaveLength(3);
  const second = asking();
  expect(await askAll(second)).toEqual([]);
  expect(await second.answers.builder()).toMatchObject({ name: 'default', driver: 'docker', store: 'containerd' });
  expect(await second.answers.secretEnv({ syntax: undefined, workDir: home })).toBe(true);
});

test.each([
  ['another engine', { 'GET /info': http(200, { ...info, ID: 'two' }) }, {}],
  ['an engine of another version', { 'GET /info': http(200, { ...info, ServerVersion: '29' }) }, {}],
  ['an engine with another store', { 'GET /info': http(200, { ...info, DriverStatus: [] }) }, {}],
  ['an engine that does not say who it is', { 'GET /info': http(200, {}) }, {}],
  ['an engine that does not answer', { 'GET /info': { exitCode: 1, stderr: '' } }, {}],
  ['another host', {}, { DOCKER_HOST: 'unix:///elsewhere' }],
  ['another configuration', {}, { DOCKER_CONFIG: '/elsewhere' }],
])('%s is asked anew', async (_, more: DockerAnswers, env: Record<string, string>) => {
  await askAll(asking());
  expect(await askAll(asking(more, env))).toHaveLength(3);
});

test('another docker, another buildx and another builder of the name are asked anew', async () => {
  await askAll(asking());
  await utimes(join(home, 'bin', 'docker'), 1, 1);
  expect(await askAll(asking())).toHaveLength(3);
  await mkdir(join(home, '.docker', 'cli-plugins'), { recursive: true });
  await writeFile(join(home, '.docker', 'cli-plugins', 'docker-buildx'), 'new');
  expect(await askAll(asking())).toHaveLength(3);
  await mkdir(join(home, '.docker', 'buildx', 'instances'), { recursive: true });
  await writeFile(join(home, '.docker', 'buildx', 'instances', 'default'), '{}');
  expect(await askAll(asking())).toHaveLength(3);
  expect(await askAll(asking())).toEqual([]);
});

test('a note that contradicts the engine about its store is no note', async () => {
  await askAll(asking());
  const folder = join(home, '.cache', 'safebuild', 'answers');
  const [name = ''] = await readdir(folder);
  const note = await readFile(join(folder, name), 'utf8');
  await writeFile(join(folder, name), note.replace('"containerd"', '"graphdriver"'));
  const next = asking();
  expect(await next.answers.builder()).toMatchObject({ store: 'containerd' });
  expect(await askAll(next)).not.toEqual([]);
});

test('another frontend is asked for itself', async () => {
  await askAll(asking());
  expect(await askAll(asking(), 'example.com/frontend:1')).toEqual([expect.stringContaining('--call=outline')]);
  expect(await askAll(asking(), 'example.com/frontend:1')).toEqual([]);
});

test('a day later everything is asked anew', async () => {
  await askAll(asking());
  jest.useFakeTimers({ now: Date.now() + 25 * 60 * 60 * 1000, doNotFake: ['nextTick', 'setImmediate', 'setTimeout'] });
  expect(await askAll(asking())).toHaveLength(3);
});

test('a no is asked for again every time', async () => {
  const no = { 'buildx build': { exitCode: 1, stderr: 'unexpected key' }, 'buildx build --help': 'nothing' };
  const { 'buildx build --builder default --call=outline': _, ...without } = engine();
  for (const _ of [1, 2]) {
    const { docker, asked } = answering({ ...without, ...no });
    const answers = new Answers('default', { docker, env: { HOME: home }, signal: AbortSignal.any([]) }, undefined);
    expect(await answers.secretEnv({ syntax: undefined, workDir: home })).toBe(false);
    expect(asked.filter((command) => command.includes('--call'))).toHaveLength(1);
  }
});

test('a builder that is not the engine’s own is asked every time', async () => {
  for (const _ of [1, 2]) {
    const far = asking({ 'buildx build --builder far --call=outline': '{}' }, {}, 'far');
    expect(await askAll(far)).toHaveLength(3);
  }
  for (const _ of [1, 2]) {
    const { answers, asked } = asking({ 'buildx inspect': 'Driver: docker-container\n' });
    await answers.builder();
    expect(asked.filter((command) => command.startsWith('buildx inspect'))).toHaveLength(1);
  }
});

test('a build that failed was misled only by an answer that is no longer true; then all is asked anew', async () => {
  await askAll(asking());
  const right = asking();
  await askAll(right);
  expect(await right.answers.misled()).toBe(false);

  const wrong = asking({ 'buildx inspect': graphdriver });
  await askAll(wrong);
  expect(await wrong.answers.misled()).toBe(true);
  expect(await wrong.answers.builder()).toMatchObject({ store: 'graphdriver' });
  // told once: the second try does not begin a third
  expect(await wrong.answers.misled()).toBe(false);
  // of what was remembered before nothing is left, not even what was right
  expect(await askAll(asking())).toHaveLength(3);
});

test('a build that asked everything was not misled', async () => {
  const first = asking();
  await askAll(first);
  expect(await first.answers.misled()).toBe(false);
});
