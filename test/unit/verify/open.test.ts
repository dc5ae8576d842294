import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { BuildHost } from '../../../src/build/host.ts';
import type { DockerResult } from '../../../src/buildx/docker.ts';
import { SafebuildError } from '../../../src/errors.ts';
import { openSubject } from '../../../src/verify/open.ts';
import { Layout } from '../image/build-image.ts';
import { buildTar } from '../image/build-tar.ts';
import { withServer } from '../registry/loopback.ts';
import { serve } from '../registry/serve.ts';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'safebuild-open-'));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

/** An engine that says so to `image inspect`, and what it was asked. */
function hostWith(stderr: string | 'no client'): BuildHost & { asked: string[] } {
  const asked: string[] = [];
  const run = async (args: readonly string[]): Promise<DockerResult> => {
    asked.push(args.join(' '));
    if (stderr === 'no client') throw new SafebuildError('ENGINE_UNAVAILABLE', 'The docker client is missing.');
    const known = stderr === '' && args[0] === 'image';
    return { exitCode: known ? 0 : 1, stdout: 'null', stderr };
  };
  const start = (args: readonly string[]) => {
    asked.push(args.join(' '));
    return { stdout: Readable.from([]), stderr: Readable.from([]), exit: Promise.resolve(0) };
  };
  return {
    cwd,
    env: { HOME: cwd },
    docker: { run, start, passThrough: () => Promise.reject(new Error('not here')) },
    signal: new AbortController().signal,
    stdin: Readable.from([]),
    phase: () => {},
    asked,
  } as unknown as BuildHost & { asked: string[] };
}

const unknown = 'Error response from daemon: No such image: x';

test.each(['app', 'docker:27', 'image.tar', 'registry:2'])('a file called %s comes first', async (name) => {
  await writeFile(join(cwd, name), buildTar([{ path: 'oci-layout' }]));
  const host = hostWith('');
  expect((await openSubject(name, host)).name).toBe(join(cwd, name));
  expect(host.asked).toEqual([]);
});

test('an image of the engine comes before any registry', async () => {
  const host = hostWith('');
  expect((await openSubject('app:1', host)).name).toBe('docker save app:1');
});

test('a folder of files is searched as files', async () => {
  await mkdir(join(cwd, 'out'));
  await writeFile(join(cwd, 'out/index.html'), 'x');
  expect((await openSubject('out', hostWith('no client'))).holds).toBe('files');
});

test('a layout may be called as skopeo does, with a tag', async () => {
  await mkdir(join(cwd, 'layout'));
  await writeFile(join(cwd, 'layout/index.json'), '{"manifests":[]}');
  for (const name of ['oci:layout', 'oci:layout:tag', 'oci:./layout:tag'])
    expect((await openSubject(name, hostWith('no client'))).holds).toBe('image');
});

test.each(['', unknown, 'Cannot connect to the Docker daemon', 'no client'])(
  'an image of a registry is opened there (engine: %j)',
  async (stderr) => {
    const layout = new Layout();
    const answer = serve(layout, { tags: { '1': layout.image([[{ path: 'a' }]]) } });
    await withServer(answer, async ({ host }) => {
      const forced = stderr === '' ? 'docker://' : '';
      const source = await openSubject(`${forced}${host}/team/app:1`, hostWith(stderr));
      expect(source.name).toBe(`${host}/team/app:1`);
      await source.close();
    });
  },
);

test('what is nowhere is said to be nowhere', async () => {
  await withServer(
    () => ({ status: 404 }),
    async ({ host }) => {
      const name = `${host}/team/app:1`;
      await expect(openSubject(name, hostWith(unknown))).rejects.toMatchObject({
        code: 'USAGE',
        message: `${name} is neither a file nor an image of this engine. The registry ${host} has no team/app under 1.`,
      });
      await expect(openSubject(name, hostWith('no client'))).rejects.toMatchObject({
        message: expect.stringContaining('no file, and no Docker engine answers'),
      });
    },
  );
  await expect(openSubject('docker-daemon:app', hostWith(unknown))).rejects.toMatchObject({ code: 'USAGE' });
});

test.each(['image.tar', './app', '/nowhere/app', 'app.tar.gz', 'app.tgz'])(
  'a file that is not there is not looked for in a registry: %s',
  async (name) => {
    await expect(openSubject(name, hostWith(unknown))).rejects.toMatchObject({
      code: 'USAGE',
      hint: 'Check the path.',
    });
  },
);

test('a registry without a good certificate is read only where the engine does so too', async () => {
  const layout = new Layout();
  const answer = serve(layout, { tags: { '1': layout.image([[{ path: 'a' }]]) } });
  await withServer(
    answer,
    async ({ port }) => {
      // leads to this machine and is not loopback by name: a stand-in for any other host
      const far = `0.0.0.0:${port}`;
      const host = hostWith(unknown);
      await expect(openSubject(`${far}/team/app:1`, host)).rejects.toMatchObject({ code: 'SCAN_INCOMPLETE' });
      const inner = host.docker.run;
      const RegistryConfig = { IndexConfigs: { [far]: { Name: far, Secure: false } } };
      host.docker.run = async (args) =>
        args[0] === 'info' ? { exitCode: 0, stdout: JSON.stringify(RegistryConfig), stderr: '' } : inner(args);
      const source = await openSubject(`${far}/team/app:1`, host);
      expect(source.name).toBe(`${far}/team/app:1`);
      await source.close();
    },
    { tls: true },
  );
});
