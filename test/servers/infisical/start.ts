import { type Asked, type LoopbackServer, type Reply, serveOnLoopback } from '../loopback.ts';

/** What the server has. */
export interface InfisicalState {
  identity: { clientId: string; clientSecret: string };
  /** By `PROJECT ENVIRONMENT PATH NAME`. */
  secrets: Readonly<Record<string, { value: string; version: number; updatedAt: string; hidden?: boolean }>>;
  /** A server of before version 4 of the API. */
  old?: boolean;
  /** `slug: id`; slugs are known to version 3 alone. */
  slugs?: Readonly<Record<string, string>>;
}

/** The server and which of its tokens are still good. */
export interface InfisicalServer extends LoopbackServer {
  live: Set<string>;
}

/**
 * Stands for Infisical, which neither npm nor Debian has: universal auth, the reading of one secret in both versions of the
 * API, revocation; status codes and bodies as documented. `not-a-secret-static-token` is always good.
 *
 * https://infisical.com/docs/api-reference/endpoints/secrets/read
 */
export async function startInfisical(state: InfisicalState): Promise<InfisicalServer> {
  const live = new Set(['not-a-secret-static-token']);
  const server = await serveOnLoopback((asked) => {
    const { method, url } = asked;
    if (method === 'POST' && url.pathname === '/api/v1/auth/universal-auth/login') return logIn(state, live, asked);
    if (asked.token === undefined || !live.has(asked.token)) return refused(401, 'Token missing');
    if (method === 'POST' && url.pathname === '/api/v1/auth/token/revoke') {
      live.delete((asked.body as { accessToken: string }).accessToken);
      return { status: 200, json: { message: 'Successfully revoked access token' } };
    }
    return read(state, url);
  });
  return { ...server, live };
}

function logIn({ identity }: InfisicalState, live: Set<string>, { body }: Asked): Reply {
  const { clientId, clientSecret } = body as Record<string, string>;
  if (clientId !== identity.clientId || clientSecret !== identity.clientSecret) {
    return refused(401, 'Invalid credentials');
  }
  const accessToken = `not-a-secret-lent-token-${live.size}`;
  live.add(accessToken);
  return { status: 200, json: { accessToken, expiresIn: 7200, accessTokenMaxTTL: 43244, tokenType: 'Bearer' } };
}

function read({ secrets, old = false, slugs = {} }: InfisicalState, url: URL): Reply {
  const [, version, name = ''] = /^\/api\/(v4\/secrets|v3\/secrets\/raw)\/([^/]+)$/.exec(url.pathname) ?? [];
  if (version === undefined || (old && version === 'v4/secrets')) {
    return refused(404, `Route GET:${url.pathname} not found`);
  }
  const asked = (key: string): string => url.searchParams.get(key) ?? '';
  const project = version === 'v4/secrets' ? asked('projectId') : asked('workspaceId') || slugs[asked('workspaceSlug')];
  const id = `${project} ${asked('environment')} ${asked('secretPath')} ${decodeURIComponent(name)}`;
  const secret = secrets[id];
  if (secret === undefined) return refused(404, `Secret with name '${name}' not found`);
  const { value, hidden = false, ...rest } = secret;
  const secretValue = hidden ? '<hidden-by-infisical>' : value;
  return { status: 200, json: { secret: { ...rest, secretKey: name, secretValue, secretValueHidden: hidden } } };
}

function refused(status: number, message: string): Reply {
  return { status, json: { reqId: 'req-0', statusCode: status, message, error: 'Error' } };
}
