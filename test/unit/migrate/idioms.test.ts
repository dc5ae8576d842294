import { expect, test } from '@jest/globals';
import { beginMigration, mendAll, remaining } from '../../../src/migrate/index.ts';
import { key, type Servers, token } from '../../docker/rig/idioms/idiom.ts';
import { plainIdioms } from '../../docker/rig/idioms/plain.ts';
import { toolIdioms } from '../../docker/rig/idioms/tools.ts';
import { withTempDir } from '../../helpers/docker.ts';
import { writeProject } from '../build/project.ts';
import { projectIn } from './project.ts';

// The same idioms are built, before and after, by test/docker/idioms.test.ts.

const servers: Servers = {
  git: 'git.example.com',
  npm: 'http://npm.example.com/',
  npmToken: key,
  pip: 'http://pip.example.com/simple/',
  pipIndex: `http://ci:${token}@pip.example.com/simple/`,
  pipToken: token,
};

test.each([...plainIdioms, ...toolIdioms(servers)])('$code: $title: mended, and mended once', ({ files }) =>
  withTempDir(async (cwd) => {
    await writeProject(cwd, files);
    const project = await projectIn(cwd);
    const migration = mendAll(project, beginMigration(project));
    const { dockerfile, ignore } = migration.draft;
    expect({ dockerfile, open: remaining(project, migration).open }).toEqual({ dockerfile, open: [] });
    expect({ dockerfile, problems: migration.problems }).toEqual({ dockerfile, problems: [] });
    for (const value of [token, key]) expect(dockerfile).not.toContain(value);
    expect({ dockerfile, ignore }).not.toEqual({ dockerfile: files.Dockerfile, ignore: files['.dockerignore'] });

    await writeProject(cwd, { Dockerfile: dockerfile, '.dockerignore': ignore ?? '' });
    const again = await projectIn(cwd);
    expect(mendAll(again, beginMigration(again)).draft.dockerfile).toBe(dockerfile);
  }),
);
