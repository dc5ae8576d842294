import type { Response } from 'undici';
import { SafebuildError } from '../errors.ts';
import { parseChallenges } from './challenge.ts';
import type { Credentials } from './credentials.ts';
import { type ImageReference, isLoopback } from './reference.ts';
import { type Access, isPassing, Unavailable } from './refusal.ts';
import type { Send } from './transport.ts';

/** Who asks for a login, and what for. */
export interface Login {
  reference: ImageReference;
  access: Access;
  /** As in ClientOptions: a token service at the registry's own host may then do without TLS. */
  insecure?: boolean;
}

/**
 * Answers a registry's challenge with a value for `Authorization`: Basic at once, Bearer by a token from the authorization
 * service that the registry names.
 *
 * The first challenge that can be answered is. Like docker, this trusts the registry to name a service on another host;
 * unlike docker, it sends nothing there without TLS (loopback registries with a service on loopback, and registries that
 * are insecure anyway, apart). Throws PUBLISH_FAILED, or Unavailable when the service is busy.
 */
export async function answerChallenge(
  header: string | null,
  login: Login,
  credentials: Credentials | undefined,
  send: Send,
): Promise<string> {
  for (const { scheme, parameters } of parseChallenges(header)) {
    if (scheme === 'basic' && credentials && !credentials.identityToken) return basic(credentials);
    const realm = parameters.get('realm');
    if (scheme === 'bearer' && realm) {
      const service = parameters.get('service');
      return `Bearer ${await fetchToken(realmUrl(realm, login), service, login, credentials, send)}`;
    }
  }
  const { host } = login.reference;
  throw new SafebuildError('PUBLISH_FAILED', `${host} wants a login, and docker has none for it.`, {
    hint: `Run docker login ${host}`,
  });
}

function basic({ user, password }: Credentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function realmUrl(realm: string, { reference: { host }, insecure = false }: Login): URL {
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  const onThisMachine = url?.protocol === 'http:' && isLoopback(url.host) && isLoopback(host);
  const atInsecureHost = url?.protocol === 'http:' && insecure && url.host === host;
  if (url && (url.protocol === 'https:' || onThisMachine || atInsecureHost)) return url;
  throw new SafebuildError('PUBLISH_FAILED', `${host} asks for the login to be sent to a place without TLS.`, {
    hint: 'Ask whoever runs the registry to give its token service an https address.',
  });
}

/** Docker registry token authentication: GET with Basic, or POST with a refresh token (distribution, spec/auth). */
async function fetchToken(
  realm: URL,
  service: string | undefined,
  { reference, access }: Login,
  credentials: Credentials | undefined,
  send: Send,
): Promise<string> {
  const fields = {
    ...(service ? { service } : {}),
    scope: `repository:${reference.repository}:${access === 'push' ? 'pull,push' : 'pull'}`,
  };
  const response = credentials?.identityToken
    ? await postRefreshToken(realm, fields, credentials.password, send)
    : await getToken(realm, fields, credentials, send);
  if (isPassing(response.status)) {
    await response.body?.cancel();
    throw new Unavailable(`its token service answered ${response.status}`);
  }
  if (!response.ok) await response.body?.cancel();
  const token = response.ok ? await tokenIn(response) : undefined;
  if (token !== undefined) return token;
  throw new SafebuildError('PUBLISH_FAILED', `${reference.host} refused the login that docker has for it.`, {
    hint: `Run docker login ${reference.host}`,
  });
}

function getToken(
  realm: URL,
  fields: Record<string, string>,
  credentials: Credentials | undefined,
  send: Send,
): Promise<Response> {
  const url = new URL(realm);
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  return send(url.href, credentials ? { headers: { authorization: basic(credentials) } } : {});
}

function postRefreshToken(
  realm: URL,
  fields: Record<string, string>,
  refreshToken: string,
  send: Send,
): Promise<Response> {
  const form = { grant_type: 'refresh_token', client_id: 'safebuild', refresh_token: refreshToken, ...fields };
  // fetch would send a form once more, token and all, wherever a 307 or 308 points.
  return send(realm.href, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });
}

async function tokenIn(response: Response): Promise<string | undefined> {
  // The parser's message would quote the answer, which holds a token.
  const answer = (await response.json().catch(() => undefined)) as
    | { token?: unknown; access_token?: unknown }
    | undefined;
  const token = answer?.token || answer?.access_token;
  // RFC 6750 §2.1; anything else could not stand in a header.
  return typeof token === 'string' && /^[\x21-\x7e]+$/.test(token) ? token : undefined;
}
