import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { planBuild } from '../../../src/build/plan.ts';
import { readSources } from '../../../src/build/sources.ts';
import { withTempDir } from '../../helpers/docker.ts';
import { requestOf } from '../buildx/command-line.ts';
import { hostIn, writeProject } from './project.ts';

const builder = { name: 'default', driver: 'docker', store: 'containerd', defaultLoad: false } as const;

async function planned(...argv: string[]): Promise<readonly string[]> {
  let args: readonly string[] = [];
  await withTempDir(async (dir) => {
    await writeProject(dir, { 'app/Dockerfile': 'FROM scratch\n' });
    const [quarantine, values] = [join(dir, 'quarantine'), join(dir, 'values')];
    await Promise.all([mkdir(quarantine), mkdir(values)]);
    const host = hostIn(join(dir, 'app'));
    const request = requestOf(...argv, '.');
    const sources = await readSources(request, { envFiles: [] }, host);
    const nothing = (): Promise<void> => Promise.resolve();
    const dirs = { quarantine, values, leftBehind: [], clear: nothing, remove: nothing };
    ({ args } = await planBuild(request, builder, sources, undefined, dirs, host));
  });
  return args;
}

test.each(['Not/A-Name', 'registry.example.com/', 'type=registry,ref=registry.example.com/cache:no:tag'])(
  'a cache that no registry could take, %s, is refused before anything is built',
  async (spec) => {
    await expect(planned('--cache-to', spec)).rejects.toMatchObject({ code: 'USAGE' });
  },
);

test.each(['registry.example.com:5000/team/cache', 'type=registry,ref=team/cache:main,mode=max', 'type=inline'])(
  'a cache with a name is built: %s',
  async (spec) => {
    expect(await planned('--cache-to', spec)).toContain('--cache-to');
  },
);
