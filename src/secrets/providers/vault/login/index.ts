import { SafebuildError } from '../../../../errors.ts';
import type { ProviderHost } from '../../provider.ts';
import { variable, variablePlace } from '../ambient.ts';
import { isObject } from '../exact-json.ts';
import type { Overrides } from '../reference.ts';
import { type AuthSettings, type Method, methods } from '../settings.ts';
import { approle } from './approle.ts';
import { jwt } from './jwt.ts';
import { kubernetes } from './kubernetes.ts';
import type { Grant, LoginRequest, Setup } from './method.ts';
import { existingToken } from './token.ts';
import { userpass } from './userpass.ts';

export type { Grant } from './method.ts';

/** What a login is made of, but for the settings of its method. */
export interface LoginContext extends Pick<Setup<Method>, 'host' | 'overrides' | 'namespace' | 'ask' | 'unwraps'> {
  auth: AuthSettings | undefined;
}

/**
 * Which method a reference logs in by: its own parameter, VAULT_AUTH_METHOD, a token in the environment, safebuild.yaml, and
 * else a token that `vault login` left. Throws CONFIG_INVALID for a method that is not known.
 */
export function methodFor(env: ProviderHost['env'], auth: AuthSettings | undefined, overrides: Overrides): Method {
  const asked = overrides.auth_method ?? ((overrides.token_env ?? overrides.token_file) ? 'token' : undefined);
  const named = asked ?? variable(env, 'AUTH_METHOD');
  if (named !== undefined) {
    const method = methods.find((one) => one === named);
    if (method !== undefined) return method;
    throw new SafebuildError('CONFIG_INVALID', 'the method of login to Vault is not known', {
      hint: `Use one of: ${methods.join(', ')}.`,
    });
  }
  const token = variablePlace(env, 'TOKEN') ?? variablePlace(env, 'WRAPPED_TOKEN');
  return token === undefined ? (auth?.method ?? 'token') : 'token';
}

/**
 * Gets a token by `method`. Throws SOURCE_FAILED when Vault refuses, or something is missing.
 *
 * A token of one's own is handed to `keep` before anything else can fail: it has to be revoked.
 */
export async function logIn(context: LoginContext, method: Method, keep: (grant: Grant) => void): Promise<Grant> {
  const { namespace } = context;
  if (method === 'none') return { own: false, namespace, from: 'the agent' };
  if (method === 'token') {
    const grant = await existingToken(setupOf(context, 'token'));
    if (grant.own) keep(grant);
    return grant;
  }
  const { path, body } = await requestOf(context, method);
  const answer = await context.ask({ method: 'POST', path: `auth/${path}`, namespace, body });
  const auth = isObject(answer.body?.auth) ? answer.body.auth : {};
  if (typeof auth.client_token === 'string' && auth.client_token !== '') {
    const grant = { token: auth.client_token, own: true, namespace, from: `the login by ${method}` };
    keep(grant);
    return grant;
  }
  throw refused(method, path, answer.status, isObject(auth.mfa_requirement));
}

function requestOf(context: LoginContext, method: Exclude<Method, 'none' | 'token'>): Promise<LoginRequest> {
  switch (method) {
    case 'approle':
      return approle(setupOf(context, method));
    case 'jwt':
      return jwt(setupOf(context, method));
    case 'kubernetes':
      return kubernetes(setupOf(context, method));
    case 'userpass':
      return userpass(setupOf(context, method));
  }
}

function setupOf<M extends Method>(context: LoginContext, method: M): Setup<M> {
  const { auth } = context;
  return { ...context, auth: auth?.method === method ? (auth as Extract<AuthSettings, { method: M }>) : undefined };
}

function refused(method: Method, path: string, status: number, mfa: boolean): SafebuildError {
  const mount = path.replace(/\/login(\/.*)?$/s, '');
  if (mfa) {
    return new SafebuildError('SOURCE_FAILED', `Vault asks for a second factor at the login by ${method}`, {
      hint: 'Run vault login, and build with the token that it leaves.',
    });
  }
  // Vault answers 404 and 403 alike where nothing is mounted: it does not say what exists.
  const nothing = status === 404 || status === 403;
  return new SafebuildError('SOURCE_FAILED', `Vault refuses the login by ${method} at auth/${mount} (${status})`, {
    hint: nothing
      ? 'Check sources.vault.auth.mount, the role, and the namespace; Vault says no more.'
      : 'Check the credentials, the role and its bounds; Vault says no more.',
  });
}
