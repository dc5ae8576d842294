import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { docker, removeImages, withTempDir } from '../helpers/docker.ts';
import { useEngine } from '../helpers/engine.ts';
import { type RemoteBuilder, startRemoteBuilder } from '../helpers/remote-builder.ts';
import { withService } from '../helpers/services.ts';
import { type ContainerRegistry, type Engine, startRegistry } from '../helpers/testbed.ts';
import { expectExit } from './rig/expect-exit.ts';
import { imageHolds } from './rig/holds.ts';
import { idOf } from './rig/images.ts';
import { cleanProject, leakyProject, token } from './rig/leaky.ts';
import { snapshotOf } from './rig/project.ts';
import { type Workplace, withWorkplace } from './rig/workplace.ts';

// What another driver than docker's builds has never been in an engine: src/registry pushes it, docker load takes it.

interface RemotePlace extends Workplace {
  builder: RemoteBuilder;
  /** Images of this project in the engine, with or without a name. */
  loaded(): Promise<string[]>;
}

let projects = 0;

/** A project, and safebuild with the containerd engine's BuildKit as a remote builder. */
async function withRemote<T>(
  files: Readonly<Record<string, string>>,
  action: (place: RemotePlace) => Promise<T>,
  { engine, driverOptions = [] }: { engine?: Engine; driverOptions?: readonly string[] } = {},
): Promise<T> {
  const home = await useEngine('containerd');
  const label = `test.project=${process.pid}.${++projects}`;
  const labelled = { ...files, Dockerfile: `${files.Dockerfile}LABEL ${label}\n` };
  return withService(
    () => startRemoteBuilder(home, driverOptions),
    (builder) =>
      withWorkplace(engine ?? home, labelled, (place) =>
        action({
          ...place,
          builder,
          loaded: async () => {
            const list = await docker(place.engine, ['images', '--all', '--quiet', '--filter', `label=${label}`]);
            return list.split('\n').filter((id) => id !== '');
          },
          safebuild: (args, options = {}) =>
            place.safebuild(['--builder', builder.name, ...args], {
              ...options,
              env: { ...builder.env, ...options.env },
            }),
        }),
      ),
  );
}

interface Descriptor {
  mediaType: string;
  digest: string;
  platform?: { os: string; architecture: string };
}

async function read(
  registry: ContainerRegistry,
  path: string,
): Promise<{ manifests?: Descriptor[]; layers?: Descriptor[] }> {
  const accept = ['oci.image.index.v1', 'oci.image.manifest.v1', 'docker.distribution.manifest.v2']
    .map((type) => `application/vnd.${type}+json`)
    .join(', ');
  const response = await fetch(`${registry.url}/v2/${path}`, { headers: { accept } });
  return (await response.json()) as { manifests?: Descriptor[] };
}

function pushedIn(stdout: string): { digest?: string; pushed: { name: string; digest: string }[]; names: string[] } {
  return (JSON.parse(stdout) as { image: ReturnType<typeof pushedIn> }).image;
}

test('--push sends the proved image, nothing else, and nothing to the engine', async () => {
  await withService(startRegistry, (registry) =>
    withRemote(cleanProject, async (place) => {
      const name = `${registry.host}/team/app`;
      const built = await place.safebuild(['--push', `--tag=${name}:1`, `--tag=${name}:2`, '--json', '.']);
      expectExit(built, 0);
      const { digest = '', pushed } = pushedIn(built.stdout);
      expect(pushed).toEqual([
        { name: `${name}:1`, digest },
        { name: `${name}:2`, digest },
      ]);
      const received = await registry.received();
      expect(received.filter(({ tags }) => tags.length > 0)).toEqual([
        { repository: 'team/app', digest, tags: ['1', '2'] },
      ]);
      const children = (await read(registry, `team/app/manifests/${digest}`)).manifests ?? [];
      expect(received.map((one) => one.digest).sort()).toEqual(
        [digest, ...children.map((child) => child.digest)].sort(),
      );
      expect(await place.loaded()).toEqual([]);
      expect(await place.leftovers()).toEqual([]);

      await docker(place.engine, ['pull', '--quiet', `${name}@${digest}`]);
      expect(await docker(place.engine, ['run', '--rm', `${name}@${digest}`])).toBe('built');
      expect(await imageHolds(place.engine, `${name}@${digest}`, token)).toBe(false);
      await removeImages(place.engine, [`${name}@${digest}`]);
    }),
  );
});

test('on a leak the registry receives nothing, not even a layer', async () => {
  await withService(startRegistry, (registry) =>
    withRemote(leakyProject, async (place) => {
      const files = await snapshotOf(place.folder);
      const cache = `--cache-to=type=registry,ref=${registry.host}/team/cache,mode=max`;
      expectExit(await place.safebuild(['--push', `--tag=${registry.host}/team/app`, cache, '.']), 5);
      expect(await registry.received()).toEqual([]);
      expect(await (await fetch(`${registry.url}/v2/_catalog`)).json()).toEqual({ repositories: [] });
      expect(await place.loaded()).toEqual([]);
      expect(await snapshotOf(place.folder)).toEqual(files);
      expect(await place.leftovers()).toEqual([]);
    }),
  );
});

const login = { user: 'ci', password: 'not-a-secret-login-91c2d4e87f3a' };
const wrong = { user: 'ci', password: 'not-a-secret-wrong-91c2d4e87f3a' };

function authOf({ user, password }: typeof login): string {
  return Buffer.from(`${user}:${password}`).toString('base64');
}

/** Runs `action` with a DOCKER_CONFIG of its own that finds the engine and its plugins as before. */
async function withDockerConfig<T>(engine: Engine, config: object, action: (folder: string) => Promise<T>): Promise<T> {
  return withTempDir(async (folder) => {
    const before = engine.env.DOCKER_CONFIG ?? join(engine.env.HOME ?? '/', '.docker');
    for (const name of await readdir(before).catch(() => [])) {
      if (name !== 'config.json') await symlink(join(before, name), join(folder, name));
    }
    const kept = JSON.parse(await readFile(join(before, 'config.json'), 'utf8').catch(() => '{}')) as object;
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ...kept, credsStore: '', ...config }));
    return action(folder);
  });
}

test('a registry with a login gets the one that docker login has saved, and is not pushed to without', async () => {
  await withService(
    () => startRegistry(login),
    (registry) =>
      withRemote(cleanProject, async (place) => {
        const push = ['--push', `--tag=${registry.host}/app:1`, '.'];
        const saved = (auth: string) => ({ auths: { [registry.host]: { auth } } });
        for (const config of [{}, saved(authOf(wrong))]) {
          const refused = await withDockerConfig(place.engine, config, (DOCKER_CONFIG) =>
            place.safebuild(push, { env: { DOCKER_CONFIG } }),
          );
          expectExit(refused, 1);
          expect(refused.stderr).toContain(`docker login ${registry.host}`);
          expect(refused.stderr).not.toContain(wrong.password);
          expect(refused.stderr).not.toContain(authOf(wrong));
          expect(await registry.received()).toEqual([]);
        }
        const built = await withDockerConfig(place.engine, saved(authOf(login)), (DOCKER_CONFIG) =>
          place.safebuild(push, { env: { DOCKER_CONFIG } }),
        );
        expectExit(built, 0);
        expect((await registry.received()).filter(({ tags }) => tags.includes('1'))).toHaveLength(1);
      }),
  );
});

test('a credential helper is asked as docker asks it, and so is DOCKER_AUTH_CONFIG', async () => {
  await withService(
    () => startRegistry(login),
    (registry) =>
      withRemote(cleanProject, async (place) => {
        await withDockerConfig(place.engine, { credHelpers: { [registry.host]: 'test' } }, async (DOCKER_CONFIG) => {
          // A helper like any other: a program that reads a host and prints JSON.
          const bin = join(DOCKER_CONFIG, 'bin');
          await mkdir(bin);
          const answer = JSON.stringify({ ServerURL: registry.host, Username: login.user, Secret: login.password });
          const script = `#!/bin/sh\n[ "$1 $(cat)" = "get ${registry.host}" ] && echo '${answer}'\n`;
          await writeFile(join(bin, 'docker-credential-test'), script);
          await chmod(join(bin, 'docker-credential-test'), 0o755);
          const PATH = [bin, place.engine.env.PATH].join(delimiter);
          const built = await place.safebuild(['--push', `--tag=${registry.host}/app:helper`, '.'], {
            env: { DOCKER_CONFIG, PATH },
          });
          expectExit(built, 0);
        });
        const auths = { [registry.host]: { auth: authOf(login) } };
        const built = await place.safebuild(['--push', `--tag=${registry.host}/app:variable`, '.'], {
          env: { DOCKER_AUTH_CONFIG: JSON.stringify({ auths }) },
        });
        expectExit(built, 0);
        const tags = (await registry.received()).flatMap((received) => received.tags);
        expect(tags.sort()).toEqual(['helper', 'variable']);
      }),
  );
});

test('without an output nothing is searched and nothing loaded, and safebuild says so', async () => {
  await withRemote(leakyProject, async (place) => {
    const built = await place.safebuild(['--tag=remote-nothing', '.']);
    expectExit(built, 0);
    expect(built.stderr).toMatch(/nothing was searched/);
    expect(built.stderr).not.toMatch(/\bclean\b/);
    expect(await place.loaded()).toEqual([]);
  });
});

test('a builder with default-load: the image is proved and then loaded, a leaking one is not', async () => {
  const driverOptions = ['default-load=true'];
  await withRemote(
    cleanProject,
    async (place) => {
      expectExit(await place.safebuild(['--tag=remote-default-load', '.']), 0);
      expect(await docker(place.engine, ['run', '--rm', 'remote-default-load'])).toBe('built');
      expect(await imageHolds(place.engine, 'remote-default-load', token)).toBe(false);
      await removeImages(place.engine, ['remote-default-load']);
    },
    { driverOptions },
  );
  await withRemote(
    leakyProject,
    async (place) => {
      expectExit(await place.safebuild(['--tag=remote-default-load', '.']), 5);
      expect(await place.loaded()).toEqual([]);
      expect(await place.leftovers()).toEqual([]);
    },
    { driverOptions },
  );
});

test('--load gives the engine the proved image', async () => {
  await withRemote(cleanProject, async (place) => {
    const built = await place.safebuild(['--load', '--tag=remote-load', '--json', '.']);
    expectExit(built, 0);
    const { digest, names, pushed } = pushedIn(built.stdout);
    expect({ names, pushed }).toEqual({ names: ['remote-load'], pushed: [] });
    expect(await idOf(place.engine, 'remote-load')).toBe(digest);
    expect(await place.loaded()).toHaveLength(1);
    expect(await docker(place.engine, ['run', '--rm', 'remote-load'])).toBe('built');
    await removeImages(place.engine, ['remote-load']);
  });
  await withRemote(leakyProject, async (place) => {
    expectExit(await place.safebuild(['--load', '--tag=remote-load', '.']), 5);
    expect(await place.loaded()).toEqual([]);
  });
});

test('--load also into an engine whose store knows no OCI layouts: the image runs there', async () => {
  const engine = await useEngine('overlay2');
  await withRemote(
    cleanProject,
    async (place) => {
      expectExit(await place.safebuild(['--load', '--tag=remote-overlay2', '.']), 0);
      expect(await docker(engine, ['run', '--rm', 'remote-overlay2'])).toBe('built');
      expect(await imageHolds(engine, 'remote-overlay2', token)).toBe(false);
      await removeImages(engine, ['remote-overlay2']);
    },
    { engine },
  );
});

test('push-by-digest leaves no tag', async () => {
  await withService(startRegistry, (registry) =>
    withRemote(cleanProject, async (place) => {
      const output = `--output=type=image,"name=${registry.host}/team/app",push-by-digest=true,push=true`;
      const built = await place.safebuild([output, '--json', '.']);
      expectExit(built, 0);
      const received = await registry.received();
      expect(received.flatMap(({ tags }) => tags)).toEqual([]);
      expect(received.map(({ digest }) => digest)).toContain(pushedIn(built.stdout).digest);
    }),
  );
});

test('a push of two platforms arrives as one index', async () => {
  const project = {
    Dockerfile: 'FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH /app\n',
    amd64: 'for amd64\n',
    arm64: 'for arm64\n',
    '.env': `TOKEN=${token}\n`,
  };
  await withService(startRegistry, (registry) => {
    const push = ['--push', '--platform=linux/amd64,linux/arm64', `--tag=${registry.host}/team/app:1`, '--json', '.'];
    return withRemote(project, async (place) => {
      const built = await place.safebuild(push);
      expectExit(built, 0);
      const { digest } = pushedIn(built.stdout);
      const { manifests = [] } = await read(registry, 'team/app/manifests/1');
      const platforms = manifests.map(({ platform }) => `${platform?.os}/${platform?.architecture}`);
      expect(platforms).toEqual(expect.arrayContaining(['linux/amd64', 'linux/arm64']));
      const received = await registry.received();
      expect(received.find(({ tags }) => tags.includes('1'))?.digest).toBe(digest);
      expect(received).toHaveLength(1 + manifests.length);

      await writeFile(join(place.folder, 'arm64'), `for arm64 ${token}\n`);
      expectExit(await place.safebuild(push), 5);
      expect(await registry.received()).toEqual(received);
    });
  });
});

/** Two stages; what the script writes beside its result is in no image, but in a cache of mode=max. */
function twoStages(script: string, beside: string): Record<string, string> {
  const build = `FROM busybox:latest AS build\nARG TOKEN\nCOPY ${script} .\nRUN sh ${script}\n`;
  return {
    Dockerfile: `${build}FROM scratch\nCOPY --from=build /app.txt /\n`,
    [script]: `test -n "$TOKEN" && echo built > /app.txt\n${beside}\n`,
    '.env': `TOKEN=${token}\n`,
  };
}

test('--cache-to of a registry gets the proved cache, and --cache-from hits it', async () => {
  const script = `build-${randomUUID()}.sh`;
  await withService(startRegistry, (registry) =>
    withRemote(twoStages(script, 'date > /left-behind.txt'), async (place) => {
      const cache = `type=registry,ref=${registry.host}/team/cache:1`;
      const name = `${registry.host}/team/app:1`;
      // Machines that share a cache share this key: a step with a secret is cached for one value of it.
      const env = { SAFEBUILD_VERSION_KEY: 'not-a-secret-version-key-91c2d4e87f3a' };
      const cached = ['--push', `--tag=${name}`, `--cache-to=${cache},mode=max`, '.'];
      expectExit(await place.safebuild(cached, { env }), 0);
      const tagged = (await registry.received()).filter(({ tags }) => tags.length > 0);
      expect(tagged.map(({ repository }) => repository).sort()).toEqual(['team/app', 'team/cache']);

      // Only the registry knows the step then. The engine is shared, so nothing else may go.
      const remote = { ...place.engine, env: { ...place.engine.env, ...place.builder.env } };
      const ours = ['--builder', place.builder.name, '--force', '--all', '--filter', `description~=${script}`];
      expect(await docker(remote, ['buildx', 'prune', ...ours])).toMatch(/^Total:\s+[1-9]/m);
      const build = ['--progress=plain', '--target=build', `--cache-from=${cache}`, '.'];
      const again = await place.safebuild(build, { env });
      expectExit(again, 0);
      expect(again.stderr).toMatch(new RegExp(`^#(\\d+) .* sh ${script}\\n#\\1 CACHED$`, 'm'));
    }),
  );
});

test('a token in the layer of a stage that no image has keeps the cache out of the registry', async () => {
  await withService(startRegistry, (registry) =>
    withRemote(twoStages('build.sh', 'echo "$TOKEN" > /left-behind.txt'), async (place) => {
      const name = `--tag=${registry.host}/team/app:1`;
      const built = await place.safebuild([
        '--push',
        name,
        `--cache-to=type=registry,ref=${registry.host}/team/cache:1,mode=max`,
        '.',
      ]);
      expectExit(built, 5);
      expect(built.stderr).toContain('left-behind.txt');
      expect(await (await fetch(`${registry.url}/v2/_catalog`)).json()).toEqual({ repositories: [] });
      // the image alone is clean, and so is what mode=min keeps
      expectExit(await place.safebuild(['--push', name, '.']), 0);
    }),
  );
});
