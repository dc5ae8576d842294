import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Ended, withTempDir } from '../../helpers/docker.ts';
import { type SafebuildOptions, safebuild } from '../../helpers/safebuild.ts';
import type { Engine } from '../../helpers/testbed.ts';
import { writeProject } from './project.ts';

/** A project on an engine, and safebuild with private folders whose content can be looked at. */
export interface Workplace {
  engine: Engine;
  /** The project; every command runs in it. */
  folder: string;
  /** The environment of its runs, for a test that starts one itself. */
  env: Readonly<Record<string, string>>;
  safebuild(args: readonly string[], options?: Omit<SafebuildOptions, 'engine' | 'cwd'>): Promise<Ended>;
  /** What is left in quarantine and in the folder of values; safebuild must leave nothing. */
  leftovers(): Promise<string[]>;
}

/** Runs `action` in a new project with these files. */
export async function withWorkplace<T>(
  engine: Engine,
  files: Readonly<Record<string, string | Uint8Array>>,
  action: (place: Workplace) => Promise<T>,
): Promise<T> {
  return withTempDir(async (parent) => {
    const [folder, cache, memory] = ['project', 'cache', 'memory'].map((name) => join(parent, name)) as [
      string,
      string,
      string,
    ];
    await mkdir(memory);
    await mkdir(folder);
    await writeProject(folder, files);
    const env = { NO_COLOR: '1', ...engine.env, HOME: folder, XDG_CACHE_HOME: cache, XDG_RUNTIME_DIR: memory };
    return action({
      engine,
      folder,
      env,
      safebuild: (args, options = {}) =>
        safebuild(args, {
          ...options,
          engine,
          cwd: folder,
          env: { XDG_CACHE_HOME: cache, XDG_RUNTIME_DIR: memory, ...options.env },
        }),
      leftovers: async () => [...(await below(join(cache, 'safebuild', 'builds'))), ...(await below(memory))],
    });
  });
}

async function below(folder: string): Promise<string[]> {
  return readdir(folder, { recursive: true }).catch(() => []);
}
