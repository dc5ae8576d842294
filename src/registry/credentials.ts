import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { hasCode, SafebuildError } from '../errors.ts';

export interface Credentials {
  user: string;
  password: string;
  /** An OAuth refresh token in place of a password: docker's helpers say so with the user name `<token>`. */
  identityToken?: boolean;
}

interface DockerConfig {
  auths?: Record<string, { auth?: string; username?: string; password?: string; identitytoken?: string }>;
  credsStore?: string;
  credHelpers?: Record<string, string>;
}

/**
 * What docker would log in with: the host's credential helper, the common store, or the config file itself.
 *
 * Undefined when docker knows nothing for the host. Throws PUBLISH_FAILED when the configuration or a helper is broken;
 * no message holds what a helper printed.
 */
export async function findCredentials(
  key: string,
  env: Readonly<Record<string, string>>,
): Promise<Credentials | undefined> {
  const config = await readConfig(env);
  const helper = config.credHelpers?.[key] ?? config.credsStore;
  if (helper) {
    const found = await askHelper(helper, key, env);
    if (found) return found;
  }
  const entry = config.auths?.[key] ?? config.auths?.[`https://${key}`];
  if (entry === undefined) return undefined;
  const decoded = entry.auth ? Buffer.from(entry.auth, 'base64').toString('utf8').replace(/\0+$/, '') : '';
  const colon = decoded.indexOf(':');
  const user = entry.username ?? (colon < 0 ? '' : decoded.slice(0, colon));
  if (entry.identitytoken) return { user, password: entry.identitytoken, identityToken: true };
  const password = entry.password ?? (colon < 0 ? '' : decoded.slice(colon + 1));
  return user === '' && password === '' ? undefined : { user, password };
}

async function readConfig(env: Readonly<Record<string, string>>): Promise<DockerConfig> {
  const path = join(env.DOCKER_CONFIG || join(env.HOME || homedir(), '.docker'), 'config.json');
  try {
    return JSON.parse(await readFile(path, 'utf8')) as DockerConfig;
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return {};
    // The parser's message would quote the file, which holds passwords.
    throw new SafebuildError('PUBLISH_FAILED', `${path} is not valid JSON, so no login can be read from it.`);
  }
}

/** docker-credential-helpers protocol: the key on standard input of `get`, JSON on its standard output. */
async function askHelper(
  helper: string,
  key: string,
  env: Readonly<Record<string, string>>,
): Promise<Credentials | undefined> {
  const result = await execa(`docker-credential-${helper}`, ['get'], {
    input: key,
    env,
    extendEnv: false,
    reject: false,
  });
  if (result.exitCode !== 0) {
    if (/credentials not found/i.test(String(result.stdout))) return undefined;
    throw new SafebuildError('PUBLISH_FAILED', `The credential helper docker-credential-${helper} failed.`, {
      hint: `Run docker login ${key} again.`,
    });
  }
  const { Username: user, Secret: password } = JSON.parse(String(result.stdout)) as {
    Username: string;
    Secret: string;
  };
  return user === '<token>' ? { user: '', password, identityToken: true } : { user, password };
}
