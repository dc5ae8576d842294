import { SafebuildError } from '../../../../errors.ts';
import { needPlace, type Place, placeOf, variable, variablePlace } from '../ambient.ts';
import type { LoginRequest, Setup } from './method.ts';

/** User name and password; with `mount: ldap` the same request logs in by LDAP. */
export async function userpass({ host, auth, overrides }: Setup<'userpass'>): Promise<LoginRequest> {
  const { env } = host;
  const username = overrides.username ?? variable(env, 'USERNAME') ?? auth?.username;
  if (username === undefined) {
    throw new SafebuildError('SOURCE_FAILED', 'the user name for Vault is not known', {
      hint: 'Set VAULT_USERNAME, or sources.vault.auth.username.',
    });
  }
  const place =
    named(overrides.password_env, overrides.password_file, ['password_env=', 'password_file=']) ??
    named(variable(env, 'PASSWORD_ENV'), variable(env, 'PASSWORD_FILE'), [
      'VAULT_PASSWORD_ENV',
      'VAULT_PASSWORD_FILE',
    ]) ??
    variablePlace(env, 'PASSWORD') ??
    placeOf(auth?.password);
  const hint = 'Set VAULT_PASSWORD, or name its place in sources.vault.auth.password.';
  const mount = variable(env, 'LOGIN_MOUNT_POINT') ?? auth?.mount ?? 'userpass';
  return {
    path: `${mount}/login/${username}`,
    body: { password: await needPlace(host, place, 'the password', hint) },
  };
}

function named(name: string | undefined, path: string | undefined, by: [string, string]): Place | undefined {
  if (name !== undefined) return { kind: 'env', name, shown: `the variable that ${by[0]} names` };
  return path === undefined ? undefined : { kind: 'file', path, shown: `the file that ${by[1]} names` };
}
