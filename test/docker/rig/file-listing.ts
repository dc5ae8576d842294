import { join } from 'node:path';
import { execa } from 'execa';
import { docker, withTempDir } from '../../helpers/docker.ts';
import type { Engine } from '../../helpers/testbed.ts';

/**
 * Every file that a container of the image sees: type, mode, owner, size, path and target of a link, one a line, sorted.
 *
 * Times are left out, for two builds are never made in one second; so are sizes of folders, and what docker itself makes.
 */
export async function filesOf(engine: Engine, image: string): Promise<string[]> {
  const container = (await docker(engine, ['create', image, 'true'])).trim();
  try {
    return await withTempDir(async (folder) => {
      const tar = join(folder, 'files.tar');
      await docker(engine, ['export', '--output', tar, container]);
      const { stdout } = await execa('tar', ['--numeric-owner', '-tvf', tar]);
      return stdout
        .split('\n')
        .map((line) => line.replace(/ \d{4}-\d\d-\d\d \d\d:\d\d /, ' '))
        .sort();
    });
  } finally {
    await docker(engine, ['rm', '--force', container]);
  }
}

/** The parts of the configuration that say how a container runs. */
export async function configurationOf(engine: Engine, image: string): Promise<unknown> {
  const [{ Config }] = JSON.parse(await docker(engine, ['image', 'inspect', image])) as [
    { Config: Record<string, unknown> },
  ];
  const keys = [
    'Env',
    'Cmd',
    'Entrypoint',
    'WorkingDir',
    'User',
    'ExposedPorts',
    'Volumes',
    'Labels',
    'Healthcheck',
    'StopSignal',
    'Shell',
    'OnBuild',
  ];
  return Object.fromEntries(keys.map((key) => [key, Config[key] ?? null]));
}
