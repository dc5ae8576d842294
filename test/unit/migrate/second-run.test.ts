import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { beginMigration, changesOf, mendAll, undo, writeChanges } from '../../../src/migrate/index.ts';
import { snapshotOf } from '../../docker/rig/project.ts';
import { withTempDir } from '../../helpers/docker.ts';
import { writeProject } from '../build/project.ts';
import { dockerfiles } from '../properties/dockerfiles.ts';
import { projectIn, token } from './project.ts';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 20);

test('whatever was migrated: a second run proposes nothing, and undoing brings every byte back', async () => {
  await fc.assert(
    fc.asyncProperty(dockerfiles, fc.boolean(), ({ source }, answered) =>
      withTempDir(async (folder) => {
        const cwd = join(folder, 'app');
        await mkdir(cwd);
        await writeProject(cwd, {
          Dockerfile: source,
          '.env': `NPM_TOKEN=${token}\npip_token=${token}-2\n`,
          '.npmrc': `//npm.example.com/:_authToken=${token}-3\n`,
          'package.json': '{}',
          ...(answered ? { 'safebuild.yaml': '# ours\nsecrets: { API_KEY: { needed: runtime } }\n' } : {}),
        });
        const before = await snapshotOf(cwd);
        const env = { XDG_STATE_HOME: join(folder, 'state') };
        const changes = async () => {
          const project = await projectIn(cwd);
          return { project, found: await changesOf(project, mendAll(project, beginMigration(project)), cwd) };
        };
        const first = await changes();
        const path = first.project.dockerfile.path;
        if (first.found.length > 0) await writeChanges(path, first.found, env, new Date(0));
        const again = (await changes()).found.map(({ path: file, after }) => ({ file, after }));
        expect({ source, again }).toEqual({ source, again: [] });
        if (first.found.length > 0) await undo(path, env);
        expect(await snapshotOf(cwd)).toEqual(before);
      }),
    ),
    { numRuns },
  );
});
