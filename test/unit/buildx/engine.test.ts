import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { builderName, buildxHelp, inspectBuilder } from '../../../src/buildx/engine.ts';
import { answering } from '../publish/answers.ts';

const help = (version: string): Promise<string> =>
  readFile(new URL(`../../fixtures/buildx/help-${version}.txt`, import.meta.url), 'utf8');

test.each([
  ['flag', 'variable', 'flag'],
  [undefined, 'variable', 'variable'],
  [undefined, '', 'far'],
])('with --builder %j and BUILDX_BUILDER %j the builder is %j', async (flag, variable, name) => {
  const { docker } = answering({});
  await expect(builderName(docker, flag, { BUILDX_BUILDER: variable, DOCKER_CONTEXT: 'far' })).resolves.toBe(name);
});

const inspected = (driver: string, labels: string): string =>
  `Name:          default\nDriver:        ${driver}\nNodes:\nName:   default\nStatus: running\nLabels:\n${labels}`;
const snapshotter = ' org.mobyproject.buildkit.worker.snapshotter:          overlayfs\n';
const gateway = ' org.mobyproject.buildkit.worker.moby.host-gateway-ip: 10.0.0.1\n';

test.each([
  ['docker', snapshotter, 'containerd'],
  ['docker', gateway, 'graphdriver'],
  ['docker-container', snapshotter, undefined],
  ['remote', '', undefined],
])('a builder of driver %s with %j has the store %j', async (driver, labels, store) => {
  const { docker } = answering({ 'buildx inspect x': inspected(driver, labels) });
  await expect(inspectBuilder(docker, 'x')).resolves.toMatchObject({ name: 'x', driver, store });
});

test('an engine that does not answer is told in docker’s own words', async () => {
  const dead = answering({ 'buildx inspect': 'Name: x\nDriver: docker\nError: Cannot connect to the Docker daemon\n' });
  await expect(inspectBuilder(dead.docker, 'x')).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: expect.stringContaining('Cannot connect to the Docker daemon'),
  });
  const none = answering({
    'buildx inspect': { exitCode: 1, stderr: 'ERROR: no builder "x" found\n' },
    'buildx version': 'v0.29',
  });
  await expect(inspectBuilder(none.docker, 'x')).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: 'The builder "x" cannot be used: no builder "x" found',
  });
});

test('a client without buildx is unsuitable, and says what to install', async () => {
  const { docker } = answering({});
  await expect(inspectBuilder(docker, 'x')).rejects.toMatchObject({
    code: 'ENGINE_UNSUITABLE',
    hint: expect.stringContaining('buildx'),
  });
});

test('what a buildx can do is read from its help', async () => {
  const of = async (version: string) => buildxHelp(answering({ 'buildx build --help': await help(version) }).docker);
  expect(await of('0.29')).toMatchObject({ rawJson: true });
  expect(await of('0.13')).toMatchObject({ rawJson: false });
});
