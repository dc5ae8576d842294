import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Builder, type Docker, objectOf } from '../buildx/index.ts';

/** Where docker looks for its plugins beside its configuration folder (docker/cli, cli-plugins/manager). */
const pluginFolders = [
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
];

/** Variables that lead docker and buildx to another engine, configuration or program. */
const leading = [
  'PATH',
  'HOME',
  'DOCKER_HOST',
  'DOCKER_CONTEXT',
  'DOCKER_CONFIG',
  'DOCKER_API_VERSION',
  'BUILDX_CONFIG',
];

/** What of an engine's description changes with its programs and its store, and not from one minute to the next. */
const telling = ['ID', 'ServerVersion', 'Driver', 'DriverStatus', 'ContainerdCommit', 'RuncCommit', 'Architecture'];

/** Which engine, and which programs around it. */
export interface EngineIdentity {
  /** 64 hexadecimal digits. */
  digest: string;
  /** The image store, by the engine's own word. */
  store: NonNullable<Builder['store']>;
}

/**
 * Changes with the engine that docker talks to, its version and store, the docker client and its buildx, and the definition
 * of the builder `name`.
 *
 * One short question to the engine and a look at some files. Undefined where the engine does not say who it is.
 */
export async function engineIdentity(
  docker: Docker,
  name: string,
  env: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<EngineIdentity | undefined> {
  const [answer, files] = await Promise.all([docker.ask({ path: '/info', signal }), statesOf(filesOf(name, env))]);
  const info = objectOf(answer);
  if (typeof info?.ID !== 'string' || info.ID === '') return undefined;
  const parts = [name, telling.map((key) => info[key] ?? null), leading.map((key) => env[key] ?? null), files];
  const containerd = JSON.stringify(info.DriverStatus ?? null).includes('io.containerd.snapshotter');
  return {
    digest: createHash('sha256').update(JSON.stringify(parts)).digest('hex'),
    store: containerd ? 'containerd' : 'graphdriver',
  };
}

function filesOf(name: string, env: Readonly<Record<string, string>>): string[] {
  const config = env.DOCKER_CONFIG || join(env.HOME || homedir(), '.docker');
  const context = createHash('sha256').update(name).digest('hex');
  const folders = [join(config, 'cli-plugins'), ...pluginFolders];
  const programs = (env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'docker'));
  return [
    join(config, 'config.json'),
    join(config, 'contexts', 'meta', context, 'meta.json'),
    join(env.BUILDX_CONFIG || join(config, 'buildx'), 'instances', name),
    ...folders.flatMap((folder) => [join(folder, 'docker-buildx'), join(folder, 'docker-buildx.exe')]),
    ...programs.flatMap((program) => [program, `${program}.exe`]),
  ];
}

/** A file that was replaced or written has another inode, size or time. */
async function statesOf(paths: readonly string[]): Promise<(string | null)[]> {
  return Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ ino, size, mtimeMs }) => [path, ino, size, mtimeMs].join(' '),
        () => null,
      ),
    ),
  );
}
