import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { docker, removeImages } from '../helpers/docker.ts';
import { bothStores, useEngine } from '../helpers/engine.ts';
import { withService } from '../helpers/services.ts';
import { type ContainerRegistry, startRegistry } from '../helpers/testbed.ts';
import { expectExit } from './rig/expect-exit.ts';
import { formsOf, holds, imageHolds } from './rig/holds.ts';
import { idOf, imagesOf } from './rig/images.ts';
import { cleanProject, leakyProject, token } from './rig/leaky.ts';
import { snapshotOf } from './rig/project.ts';
import { withWorkplace } from './rig/workplace.ts';

test.each(bothStores)('%s: on a leak nothing is loaded, tagged, pushed or written', async (store) => {
  const engine = await useEngine(store);
  await withService(startRegistry, (registry) =>
    withWorkplace(engine, leakyProject, async (place) => {
      const [images, files] = [await imagesOf(engine), await snapshotOf(place.folder)];
      const names = [`--tag=${registry.host}/app:1`, '--tag=publish-leak'];
      const built = await place.safebuild(['--push', ...names, '--iidfile=iid', '--metadata-file=metadata.json', '.']);
      expectExit(built, 5);
      expect(built.stderr).toContain('TOKEN');
      expect(built.stderr).toContain('/app.txt');
      expect(built.stderr).toContain('Dockerfile:4');
      expect(await imagesOf(engine)).toEqual(images);
      expect(await registry.received()).toEqual([]);
      expect(await snapshotOf(place.folder)).toEqual(files);
      expect(await place.leftovers()).toEqual([]);
    }),
  );
});

test.each(bothStores)('%s: a base image that was pulled by its digest outlives a leak of its own', async (store) => {
  const engine = await useEngine(store);
  await withService(startRegistry, (registry) =>
    withWorkplace(engine, cleanProject, async ({ folder, safebuild }) => {
      const name = `${registry.host}/team/base:1`;
      await writeFile(join(folder, 'base'), `FROM busybox:latest\nRUN echo ${token} > /app.txt\n`);
      await docker(engine, ['build', '--file=base', `--tag=${name}`, '.'], { cwd: folder });
      await docker(engine, ['push', '--quiet', name]);
      const digest = (await registry.received()).find(({ tags }) => tags.includes('1'))?.digest;
      await removeImages(engine, [name]);
      const pulled = `${registry.host}/team/base@${digest}`;
      await docker(engine, ['pull', '--quiet', pulled]);
      await writeFile(join(folder, 'Dockerfile'), `FROM ${pulled}\n`);
      expectExit(await safebuild(['--provenance=false', '.']), 5);
      expect(await docker(engine, ['run', '--rm', pulled, 'cat', '/app.txt'])).toBe(token);
      await removeImages(engine, [pulled]);
    }),
  );
});

test.each(bothStores)('%s: --push sends the proved image, and nothing else', async (store) => {
  const engine = await useEngine(store);
  await withService(startRegistry, (registry) =>
    withWorkplace(engine, cleanProject, async (place) => {
      const name = `${registry.host}/team/app`;
      const built = await place.safebuild(['--push', `--tag=${name}:1`, `--tag=${name}:latest`, '--json', '.']);
      expectExit(built, 0);
      const { image } = JSON.parse(built.stdout) as { image: { digest: string; pushed: object[] } };
      const tagged = (await registry.received()).filter(({ tags }) => tags.length > 0);
      expect(tagged).toEqual([{ repository: 'team/app', digest: expect.any(String), tags: ['1', 'latest'] }]);
      const digest = tagged[0]?.digest ?? '';
      expect(image.pushed).toEqual([
        { name: `${name}:1`, digest },
        { name: `${name}:latest`, digest },
      ]);
      // what was proved: the root digest where the store keeps it, else the config
      if (store === 'containerd') expect(image.digest).toBe(digest);
      else expect((await manifestOf(registry, digest)).config?.digest).toBe(image.digest);
      expect(new Set((await registry.received()).map((received) => received.digest))).toEqual(
        new Set([digest, ...(await childrenOf(registry, digest))]),
      );
      await removeImages(engine, [`${name}:1`, `${name}:latest`]);
      await docker(engine, ['pull', '--quiet', `${name}@${digest}`]);
      expect(await docker(engine, ['run', '--rm', `${name}@${digest}`])).toBe('built');
      expect(await imageHolds(engine, `${name}@${digest}`, token)).toBe(false);
      await removeImages(engine, [`${name}@${digest}`]);
    }),
  );
});

interface Manifest {
  config?: { digest: string };
  manifests?: { digest: string }[];
}

async function manifestOf(registry: ContainerRegistry, digest: string): Promise<Manifest> {
  const types = ['oci.image.index.v1', 'oci.image.manifest.v1', 'docker.distribution.manifest.v2'];
  const accept = types.map((type) => `application/vnd.${type}+json`).join(', ');
  const response = await fetch(`${registry.url}/v2/team/app/manifests/${digest}`, { headers: { accept } });
  return (await response.json()) as Manifest;
}

async function childrenOf(registry: ContainerRegistry, digest: string): Promise<string[]> {
  return ((await manifestOf(registry, digest)).manifests ?? []).map((child) => child.digest);
}

test.each(bothStores)('%s: -q, --iidfile and --metadata-file say what they say after docker build', async (store) => {
  const engine = await useEngine(store);
  await withWorkplace(engine, cleanProject, async (place) => {
    const flags = ['--quiet', '--iidfile=iid', '--metadata-file=metadata.json'];
    const byDocker = await docker(
      engine,
      ['build', ...flags, `--build-arg=TOKEN=${token}`, '--tag=publish-records', '.'],
      { cwd: place.folder },
    );
    const docked = await recordsIn(place.folder);
    expect(byDocker).toBe(docked.iid);

    const built = await place.safebuild([...flags, '--tag=publish-records', '.']);
    expectExit(built, 0);
    const safe = await recordsIn(place.folder);
    const id = await idOf(engine, 'publish-records');
    expect(built.stdout).toBe(id);
    expect(safe.iid).toBe(id);
    expect(safe.metadata['containerimage.digest']).toBe(id);
    expect(shapeOf(safe.metadata)).toEqual(shapeOf(docked.metadata));
    expect(safe.metadata['image.name']).toBe(docked.metadata['image.name']);
    await removeImages(engine, ['publish-records']);
  });
});

async function recordsIn(folder: string): Promise<{ iid: string; metadata: Record<string, unknown> }> {
  const metadata = await readFile(join(folder, 'metadata.json'), 'utf8');
  return { iid: await readFile(join(folder, 'iid'), 'utf8'), metadata: JSON.parse(metadata) };
}

/** The keys, and the types of what they hold. */
function shapeOf(metadata: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, typeof value]));
}

test.each(bothStores)('%s: -o FOLDER and --output type=tar hold the proved files, or do not appear', async (store) => {
  const engine = await useEngine(store);
  const project = {
    ...cleanProject,
    Dockerfile: `${leakyProject.Dockerfile}FROM scratch\nCOPY --from=0 /app.txt /\n`,
    'bundle.sh': 'printf %s "$TOKEN" | wc -c > /app.txt\n',
  };
  await withWorkplace(engine, project, async (place) => {
    expectExit(await place.safebuild(['-oout', '.']), 0);
    expect(await snapshotOf(join(place.folder, 'out'))).toEqual({ 'app.txt': '25\n' });
    const tar = await place.safebuild(['--output', 'type=tar,dest=out.tar', '.']);
    expectExit(tar, 0);
    expect(holds(await readFile(join(place.folder, 'out.tar')), formsOf('25'))).toBe(true);
  });
  await withWorkplace(engine, { ...project, 'bundle.sh': leakyProject['bundle.sh'] }, async (place) => {
    for (const output of ['leaked', '-']) {
      const built = await place.safebuild(['--output', output, '.']);
      expectExit(built, 5);
      expect(built.stdout).toBe('');
    }
    expect((await readdir(place.folder)).filter((name) => name.startsWith('leaked'))).toEqual([]);
    expect(await place.leftovers()).toEqual([]);
  });
});

test('containerd: --output type=oci and type=docker hold the proved image, or do not appear', async () => {
  const engine = await useEngine('containerd');
  await withWorkplace(engine, cleanProject, async (place) => {
    for (const type of ['oci', 'docker']) {
      expectExit(await place.safebuild([`--output=type=${type},dest=image.tar`, '--tag=publish-file', '.']), 0);
      await docker(engine, ['load', '--input', join(place.folder, 'image.tar')]);
      expect(await docker(engine, ['run', '--rm', 'publish-file'])).toBe('built');
      await removeImages(engine, ['publish-file']);
    }
    expectExit(await place.safebuild(['--output=type=oci,tar=false,dest=layout', '.']), 0);
    expect((await readdir(join(place.folder, 'layout'))).sort()).toEqual(
      expect.arrayContaining(['blobs', 'index.json']),
    );
  });
  await withWorkplace(engine, leakyProject, async (place) => {
    for (const output of ['type=docker,dest=leaked', 'type=oci,tar=false,dest=leaked']) {
      expectExit(await place.safebuild([`--output=${output}`, '.']), 5);
    }
    expect(await readdir(place.folder)).not.toContain('leaked');
  });
});

test('containerd: a secret in the layer of another platform only is found, and said where', async () => {
  const engine = await useEngine('containerd');
  const project = {
    Dockerfile: 'FROM scratch AS amd64\nFROM scratch AS arm64\nCOPY settings.bin /\nFROM $TARGETARCH\nCOPY app /\n',
    app: 'works\n',
    'settings.bin': `\0\0${token}\0`,
    '.env': `TOKEN=${token}\n`,
  };
  await withWorkplace(engine, project, async (place) => {
    const one = await place.safebuild(['--platform=linux/amd64', '--tag=publish-platforms', '.']);
    expectExit(one, 0);
    const both = await place.safebuild(['--platform=linux/amd64,linux/arm64', '--tag=publish-platforms:both', '.']);
    expectExit(both, 5);
    expect(both.stderr).toMatch(/layer 1 of 2 of linux\/arm64.*settings\.bin/);
    expect(await imagesOf(engine)).not.toContainEqual(expect.stringContaining('publish-platforms:both'));
    await removeImages(engine, ['publish-platforms']);
  });
});

test('containerd: a secret in a zstd layer is found', async () => {
  const engine = await useEngine('containerd');
  await withWorkplace(engine, leakyProject, async (place) => {
    const output = '--output=type=image,name=publish-zstd,compression=zstd,force-compression=true';
    const built = await place.safebuild([output, '.']);
    expectExit(built, 5);
    expect(built.stderr).toContain('/app.txt');
    expect(await imagesOf(engine)).not.toContainEqual(expect.stringContaining('publish-zstd'));
  });
  await withWorkplace(engine, cleanProject, async (place) => {
    const output = '--output=type=image,name=publish-zstd,compression=zstd,force-compression=true';
    expectExit(await place.safebuild([output, '.']), 0);
    expect(await docker(engine, ['run', '--rm', 'publish-zstd'])).toBe('built');
    await removeImages(engine, ['publish-zstd']);
  });
});
