import { execa } from 'execa';
import { SafebuildError } from '../errors.ts';
import { type AuthEntry, readAuthVariable, readDockerConfig } from './docker-config.ts';

/** What docker logs in with at one registry. */
export interface Credentials {
  user: string;
  password: string;
  /** The password is an OAuth refresh token: docker's helpers say so with the user name `<token>`. */
  identityToken?: boolean;
}

/**
 * What docker would log in with, found in docker's order: DOCKER_AUTH_CONFIG (docker 28.3), the host's credential helper,
 * the common store, the config file itself.
 *
 * `key` is what docker's configuration calls the host. Undefined when docker knows nothing for it. Throws PUBLISH_FAILED when
 * the configuration or a helper is broken; no message holds what a helper printed or a file contains.
 */
export async function findCredentials(
  key: string,
  env: Readonly<Record<string, string>>,
): Promise<Credentials | undefined> {
  const given = readAuthVariable(env)[key];
  if (given !== undefined) return fromEntry(given);
  const config = await readDockerConfig(env);
  // docker asks nobody else where a helper is set up, and an empty name means the file.
  const helper = config.credHelpers[key] ?? config.credsStore;
  if (helper) return askHelper(helper, key, env);
  const entry = config.auths[key] ?? Object.entries(config.auths).find(([name]) => hostOf(name) === key)?.[1];
  return entry === undefined ? undefined : fromEntry(entry);
}

/** Old configuration files call a host by a URL (docker/cli, ConvertToHostname). */
function hostOf(name: string): string {
  return name.replace(/^https?:\/\//, '').replace(/\/.*$/s, '');
}

function fromEntry({ auth, username, password, identitytoken }: AuthEntry): Credentials | undefined {
  // Some writers pad with NUL (docker/cli, decodeAuth).
  const decoded = auth ? Buffer.from(auth, 'base64').toString('utf8') : `${username ?? ''}:${password ?? ''}`;
  const colon = decoded.indexOf(':');
  if (identitytoken) return { user: '', password: identitytoken, identityToken: true };
  if (colon < 0) return undefined;
  const [user, secret] = [decoded.slice(0, colon), decoded.slice(colon + 1).replace(/^\0+|\0+$/g, '')];
  return user === '' && secret === '' ? undefined : { user, password: secret };
}

/** docker-credential-helpers protocol: the key on standard input of `get`, JSON on its standard output. */
async function askHelper(
  helper: string,
  key: string,
  env: Readonly<Record<string, string>>,
): Promise<Credentials | undefined> {
  const { exitCode, stdout } = await execa(`docker-credential-${helper}`, ['get'], {
    input: key,
    env,
    extendEnv: false,
    reject: false,
  });
  if (exitCode !== 0 && /credentials not found/i.test(String(stdout))) return undefined;
  const answer = exitCode === 0 ? readAnswer(String(stdout)) : undefined;
  if (answer !== undefined) return answer;
  throw new SafebuildError('PUBLISH_FAILED', `The credential helper docker-credential-${helper} failed.`, {
    hint: `Check that it is installed, and run docker login ${key} again.`,
  });
}

function readAnswer(text: string): Credentials | undefined {
  try {
    const { Username: user, Secret: password } = JSON.parse(text) as { Username?: unknown; Secret?: unknown };
    if (typeof user !== 'string' || typeof password !== 'string') return undefined;
    return user === '<token>' ? { user: '', password, identityToken: true } : { user, password };
  } catch {
    // The parser's message would quote the answer, which is the password.
    return undefined;
  }
}
