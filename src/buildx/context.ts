import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../errors.ts';
import type { Docker } from './docker.ts';

/**
 * The name of docker's current context.
 *
 * Read from where docker reads it, in its order (docker/cli, cli/command/cli.go, resolveContextName): DOCKER_HOST means
 * `default`, then DOCKER_CONTEXT, then `currentContext` of the configuration file. Whatever of that is not plain is asked of
 * docker itself, which takes as long as the start of a whole program.
 */
export async function currentContext(docker: Docker, env: Readonly<Record<string, string>>): Promise<string> {
  if (env.DOCKER_HOST) return 'default';
  if (env.DOCKER_CONTEXT) return env.DOCKER_CONTEXT;
  return (await configuredContext(env)) ?? askContext(docker);
}

async function askContext(docker: Docker): Promise<string> {
  const context = await docker.run(['context', 'show']);
  return context.exitCode === 0 ? context.stdout.trim() || 'default' : 'default';
}

/** Undefined where docker's own reading may differ from ours: no home folder in the environment, or no readable JSON object. */
async function configuredContext(env: Readonly<Record<string, string>>): Promise<string | undefined> {
  const dir = env.DOCKER_CONFIG || (env.HOME && join(env.HOME, '.docker'));
  if (!dir) return undefined;
  try {
    const config: unknown = JSON.parse(await readFile(join(dir, 'config.json'), 'utf8'));
    if (typeof config !== 'object' || config === null || Array.isArray(config)) return undefined;
    const name = 'currentContext' in config ? config.currentContext : '';
    return typeof name === 'string' ? name || 'default' : undefined;
  } catch (error) {
    return hasCode(error, 'ENOENT') ? 'default' : undefined;
  }
}
