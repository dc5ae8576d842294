import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { docker, removeImages, withTempDir } from '../helpers/docker.ts';
import { bothStores, useEngine } from '../helpers/engine.ts';
import { safebuild } from '../helpers/safebuild.ts';
import type { Engine } from '../helpers/testbed.ts';
import { expectExit } from './rig/expect-exit.ts';
import { imageHolds } from './rig/holds.ts';
import { imagesOf } from './rig/images.ts';
import { writeProject } from './rig/project.ts';

const token = 'not-a-secret-7f3a91c2d4e8';
const key = 'not-a-secret-either-b06d5e19';

const files = {
  Dockerfile: `FROM busybox:latest
WORKDIR /release
# what CI hands over
ARG NPM_TOKEN
COPY secrets.txt ./
RUN printf %s "$NPM_TOKEN" | sha256sum > sums && \\
    sha256sum < secrets.txt >> sums
RUN rm secrets.txt
COPY . ./all/
CMD ["cat", "sums"]
`,
  'secrets.txt': `${key}\n`,
  '.env': `NPM_TOKEN=${token}\n`,
};

test('what migrate wrote: plain docker builds it with the flags that were printed, safebuild changes nothing, both are clean', async () => {
  const engine = await useEngine('containerd');
  await withTempDir(async (folder) => {
    const cwd = join(folder, 'app');
    await mkdir(cwd);
    await writeProject(cwd, files);
    const withToken: Engine = { ...engine, env: { ...engine.env, NPM_TOKEN: token } };
    await docker(withToken, ['build', '--tag=migrate-before', '--build-arg=NPM_TOKEN', cwd]);
    expect(await imageHolds(engine, 'migrate-before', token)).toBe(true);
    const answer = await docker(engine, ['run', '--rm', 'migrate-before']);

    const migrated = await safebuild(['migrate', '--yes'], { cwd, env: { XDG_STATE_HOME: join(folder, 'state') } });
    expectExit(migrated, 0);
    const [words = ''] = /(?<=or plainly: {2}docker ).*/.exec(migrated.stdout) ?? [];
    expect(words).toBe('build --secret id=NPM_TOKEN,env=NPM_TOKEN --secret id=secrets.txt,src=secrets.txt .');

    await docker(withToken, [...words.split(' '), '--tag=migrate-docker'], { cwd });
    expect(await docker(engine, ['run', '--rm', 'migrate-docker'])).toBe(answer);
    expect(await docker(engine, ['build', '--call=check', '.'], { cwd })).toContain('no warnings found');
    const outline = await docker(engine, ['build', '--call=outline,format=json', '.'], { cwd });
    const { secrets } = JSON.parse(outline) as { secrets: { name: string }[] };
    expect(secrets.map(({ name }) => name).sort()).toEqual(['NPM_TOKEN', 'secrets.txt']);

    const built = await safebuild(['--progress=plain', '--tag=migrate-safe', '.'], { engine, cwd });
    expectExit(built, 0);
    expect(built.stderr).toContain('safebuild: clean: ');
    expect(built.stderr).not.toMatch(/^safebuild: Dockerfile:/m);
    expect(await docker(engine, ['run', '--rm', 'migrate-safe'])).toBe(answer);
    for (const image of ['migrate-docker', 'migrate-safe']) {
      expect(await imageHolds(engine, image, token)).toBe(false);
      expect(await imageHolds(engine, image, key)).toBe(false);
    }
    await removeImages(engine, ['migrate-before', 'migrate-docker', 'migrate-safe']);
  });
});

test.each(bothStores)(
  '%s: --prove builds both versions: the old one leaks here and here, the new one does not',
  async (store) => {
    const engine = await useEngine(store);
    await withTempDir(async (folder) => {
      const cwd = join(folder, 'app');
      await mkdir(cwd);
      const literal = `ENV API_KEY=${token}-literal\nRUN printf %s "$API_KEY" | sha256sum >> sums\n`;
      await writeProject(cwd, {
        ...files,
        Dockerfile: files.Dockerfile.replace('COPY . ', `${literal}COPY . `),
        'safebuild.yaml': 'secrets: { API_KEY: { needed: build } }\n',
      });
      const before = await imagesOf(engine);
      const env = { XDG_STATE_HOME: join(folder, 'state'), XDG_CACHE_HOME: join(folder, 'cache') };
      const proved = await safebuild(['migrate', '--yes', '--prove'], { engine, cwd, env });
      expectExit(proved, 0);
      const [, old = '', after = ''] = proved.stdout.split(/^The old version.*$|^The new version$/m);
      expect(old).toContain('LEAK: the old version holds');
      for (const name of ['NPM_TOKEN', 'API_KEY', 'secrets.txt']) expect(old).toContain(name);
      expect(after).toMatch(/^\nsafebuild: clean: \d+ secrets searched/);
      expect(proved.stdout + proved.stderr).not.toContain('not-a-secret');
      expect(await imagesOf(engine)).toEqual(before);
      expect(await readdir(join(folder, 'cache', 'safebuild', 'builds'))).toEqual([]);

      await writeFile(join(cwd, 'Dockerfile'), 'FROM busybox:latest\nARG NPM_TOKEN\nRUN false\n');
      const failed = await safebuild(['migrate', '--yes', '--prove'], { engine, cwd, env });
      expectExit(failed, 1);
      expect(failed.stdout).toContain('it cannot be built here, so it was not searched');
    });
  },
);
