import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { hasCode, SafebuildError } from '../errors.ts';

/** One registry in `auths`. `auth` is base64 of `user:password`, and wins over the two. */
export interface AuthEntry {
  auth?: string;
  username?: string;
  password?: string;
  identitytoken?: string;
}

/** What of docker's `config.json` bears on logins. */
export interface DockerConfig {
  auths: Readonly<Record<string, AuthEntry>>;
  credHelpers: Readonly<Record<string, string>>;
  credsStore: string;
}

/** Reads `config.json` from DOCKER_CONFIG or the home folder; throws PUBLISH_FAILED, without a word of the file. */
export async function readDockerConfig(env: Readonly<Record<string, string>>): Promise<DockerConfig> {
  const path = join(env.DOCKER_CONFIG || join(env.HOME || homedir(), '.docker'), 'config.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) text = '{}';
    else throw new SafebuildError('PUBLISH_FAILED', `${path} cannot be read, so no login is known.`, { cause: error });
  }
  const config = parseObject(text);
  // Go, and so docker, reads null as absent.
  const [auths, credHelpers, credsStore] = [config?.auths ?? {}, config?.credHelpers ?? {}, config?.credsStore ?? ''];
  if (config && isAuths(auths) && isNames(credHelpers) && typeof credsStore === 'string') {
    return { auths, credHelpers, credsStore };
  }
  // Neither the parser's words nor a cause: they would quote the file, which holds passwords.
  throw new SafebuildError('PUBLISH_FAILED', `${path} is not what docker writes, so no login can be read from it.`, {
    hint: 'Mend the file: it must be JSON, with auths, credHelpers and credsStore as docker login makes them.',
  });
}

/** `auths` of DOCKER_AUTH_CONFIG, which holds JSON. Like docker, passes over one that cannot be read. */
export function readAuthVariable(env: Readonly<Record<string, string>>): Readonly<Record<string, AuthEntry>> {
  const auths = parseObject(env.DOCKER_AUTH_CONFIG || '{}')?.auths;
  return isAuths(auths) ? auths : {};
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isAuths(value: unknown): value is Record<string, AuthEntry> {
  return isObject(value) && Object.values(value).every((entry) => isAuthEntry(entry));
}

function isAuthEntry(value: unknown): value is AuthEntry {
  if (!isObject(value)) return false;
  const { auth, username, password, identitytoken } = value;
  return [auth, username, password, identitytoken].every((field) => field === undefined || typeof field === 'string');
}

function isNames(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every((name) => typeof name === 'string');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
