import { expect, test } from '@jest/globals';
import { docker, removeImages, tryDocker } from '../helpers/docker.ts';
import { bothStores, useEngine } from '../helpers/engine.ts';

test.each(bothStores)('%s: the engine says which store it has', async (name) => {
  const engine = await useEngine(name);
  const info = JSON.parse(await docker(engine, ['info', '--format', '{{json .}}']));
  expect(Number.parseInt(info.ServerVersion, 10)).toBeGreaterThanOrEqual(28);
  const store = JSON.stringify(info.DriverStatus).includes('io.containerd.snapshotter') ? 'containerd' : 'overlay2';
  expect(store).toBe(name);
});

test.each(bothStores)(
  '%s: BuildKit runs a step with a secret mount, with and without a network of its own',
  async (name) => {
    const engine = await useEngine(name);
    const step = 'RUN --mount=type=secret,id=TOKEN,env=TOKEN,required=true test "$TOKEN" = not-a-secret-7f3a91c2d4e8';
    const args = ['buildx', 'build', '--no-cache', '--tag=testbed-step', '--secret=id=TOKEN,env=TOKEN', '-'];
    for (const network of ['--network=default', '--network=host']) {
      const built = await tryDocker(
        { ...engine, env: { ...engine.env, TOKEN: 'not-a-secret-7f3a91c2d4e8' } },
        [...args, network],
        {
          input: `FROM busybox\n${step}\n`,
        },
      );
      expect(built).toMatchObject({ exitCode: 0 });
    }
    await removeImages(engine, ['testbed-step']);
  },
);

test.each(bothStores)('%s: the node image runs node and npm, also as its user', async (name) => {
  const engine = await useEngine(name, ['node:20-slim']);
  expect(await docker(engine, ['run', '--rm', 'node:20-slim', '-e', 'console.log(6 * 7)'])).toBe('42');
  const asUser = ['run', '--rm', '--user=node', 'node:20-slim', 'sh', '-c', 'id -u; npm --version'];
  expect(await docker(engine, asUser)).toMatch(/^1000\n\d+\.\d+\.\d+$/);
});

test('containerd: busybox is there for two processors', async () => {
  const engine = await useEngine('containerd');
  const args = ['buildx', 'build', '--platform=linux/amd64,linux/arm64', '--tag=testbed-platforms', '-'];
  expect(await tryDocker(engine, args, { input: 'FROM busybox\nLABEL a=b\n' })).toMatchObject({ exitCode: 0 });
  await removeImages(engine, ['testbed-platforms']);
});
