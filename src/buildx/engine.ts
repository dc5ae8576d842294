import { SafebuildError } from '../errors.ts';
import { currentContext } from './context.ts';
import type { Docker } from './docker.ts';
import { type FlagTable, flagsFromHelp } from './flags.ts';

/** The builder that a build would use, and what decides how its result can be held back. */
export interface Builder {
  name: string;
  /** `docker`, `docker-container`, `kubernetes`, `remote`, `cloud`. */
  driver: string;
  /** Where the docker driver keeps images; undefined for all other drivers. */
  store: 'containerd' | 'graphdriver' | undefined;
  /** The driver option `default-load`: without any output flag buildx loads the image into the engine. */
  defaultLoad: boolean;
}

export interface BuildxHelp {
  flags: FlagTable;
  /** True when `--progress=rawjson` exists (buildx 0.15). */
  rawJson: boolean;
}

/**
 * The name of the builder that `docker build` would use.
 *
 * docker sets BUILDX_BUILDER to the current context for `docker build`, unless `--builder` or BUILDX_BUILDER is given;
 * `docker buildx build` would take the one chosen by `buildx use` instead (buildkit.md fact 2).
 */
export async function builderName(
  docker: Docker,
  flag: string | undefined,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  return flag || env.BUILDX_BUILDER || currentContext(docker, env);
}

/** Asks buildx what a builder is. Throws ENGINE_UNAVAILABLE with docker's own last words, or ENGINE_UNSUITABLE without buildx. */
export async function inspectBuilder(docker: Docker, name: string): Promise<Builder> {
  const inspect = await docker.run(['buildx', 'inspect', name]);
  if (inspect.exitCode !== 0) throw await explain(docker, name, inspect.stderr);
  const field = (key: string): string | undefined =>
    new RegExp(`^${key}:\\s*(.*)$`, 'm').exec(inspect.stdout)?.[1]?.trim();
  const failure = field('Error');
  if (failure) {
    throw new SafebuildError('ENGINE_UNAVAILABLE', `The builder "${name}" does not answer: ${failure}`, {
      hint: 'Start the Docker engine, or choose another builder with --builder.',
    });
  }
  const driver = field('Driver') ?? 'docker';
  // The worker label that buildx itself uses to tell the stores apart (driver/docker/driver.go).
  const containerd = /org\.mobyproject\.buildkit\.worker\.snapshotter:/.test(inspect.stdout);
  const defaultLoad = /^Driver Options:.*\bdefault-load="?(?:true|1)\b/m.test(inspect.stdout);
  const store = driver === 'docker' ? (containerd ? 'containerd' : 'graphdriver') : undefined;
  return { name, driver, store, defaultLoad };
}

/** What this machine's buildx says it accepts. */
export async function buildxHelp(docker: Docker): Promise<BuildxHelp> {
  const help = await docker.run(['buildx', 'build', '--help']);
  if (help.exitCode !== 0) throw await explain(docker, 'default', help.stderr);
  return {
    flags: flagsFromHelp(help.stdout),
    rawJson: help.stdout.includes('rawjson'),
  };
}

async function explain(docker: Docker, builder: string, stderr: string): Promise<SafebuildError> {
  const version = await docker.run(['buildx', 'version']);
  if (version.exitCode !== 0) {
    return new SafebuildError(
      'ENGINE_UNSUITABLE',
      'This docker client has no buildx plugin; safebuild builds with `docker buildx`.',
      {
        hint: 'Install buildx 0.13 or newer (package docker-buildx-plugin or docker-buildx).',
      },
    );
  }
  const words =
    stderr
      .trim()
      .split('\n')
      .at(-1)
      ?.replace(/^(ERROR|error):\s*/, '') || 'no reason given';
  return new SafebuildError('ENGINE_UNAVAILABLE', `The builder "${builder}" cannot be used: ${words}`, {
    hint: 'Check `docker buildx ls` and that the Docker engine runs.',
  });
}
