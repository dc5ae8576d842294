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
  const [passwordEnv, passwordFile] = [variable(env, 'PASSWORD_ENV'), variable(env, 'PASSWORD_FILE')];
  const place: Place | undefined =
    overridden(overrides.password_env, overrides.password_file) ??
    overridden(passwordEnv, passwordFile) ??
    variablePlace(env, 'PASSWORD') ??
    placeOf(auth?.password);
  const hint = 'Set VAULT_PASSWORD, or name its place in sources.vault.auth.password.';
  const mount = variable(env, 'LOGIN_MOUNT_POINT') ?? auth?.mount ?? 'userpass';
  return {
    path: `${mount}/login/${username}`,
    body: { password: await needPlace(host, place, 'the password', hint) },
  };
}

function overridden(name: string | undefined, path: string | undefined): Place | undefined {
  if (name !== undefined) return { kind: 'env', name };
  return path === undefined ? undefined : { kind: 'file', path };
}
