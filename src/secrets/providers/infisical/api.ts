import { refusal, secretMissing } from '../client/failures.ts';
import { dateAt, parseJson, stringAt, valueAt } from '../client/json.ts';
import { type Answer, openServer, type Server } from '../client/server.ts';
import type { Fetched, ProviderHost } from '../provider.ts';
import { hidden, hiddenText, type InfisicalReference, type InfisicalStore, isProjectId, placeOf } from './reference.ts';

/** A token, or the machine identity that one is made with. */
export type Login = { token: string } | { clientId: string; clientSecret: string };

const cloud = 'https://app.infisical.com';
const revokeWithinMs = 5000;

const hints = {
  login:
    'Put a token that is valid into INFISICAL_TOKEN, or the id and secret of a machine identity into INFISICAL_UNIVERSAL_AUTH_CLIENT_ID and INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET.',
  permission: 'Give this identity the right to read the values of this environment.',
};

/**
 * Infisical by HTTP: one login at most, one GET for each secret.
 *
 * https://infisical.com/docs/api-reference/endpoints/secrets/read; servers that do not have version 4 yet are asked in
 * version 3, which alone takes the slug of a project.
 */
export function openApi(host: ProviderHost, login: Login, address: string | undefined): InfisicalStore {
  const configured = address ?? (host.env.INFISICAL_API_URL || host.env.INFISICAL_DOMAIN || cloud);
  const server = openServer({
    name: 'Infisical',
    // the command wants the address with /api, the dashboard shows it without
    address: configured.replace(/\/+$/, '').replace(/\/api$/, ''),
    env: host.env,
    signal: host.signal,
  });
  let opened: Promise<string> | undefined;
  const token = (): Promise<string> => {
    opened ??= 'token' in login ? Promise.resolve(login.token) : logIn(server, login);
    return opened;
  };
  return {
    fetch: async (wanted) => fetchedOf(await ask(server, await token(), wanted), wanted),
    close: async () => {
      if (!('token' in login)) await revoke(server, opened);
      await server.close();
    },
  };
}

async function ask(server: Server, token: string, wanted: InfisicalReference): Promise<Answer> {
  const { project, environment, folder, name } = wanted;
  const place = { environment, secretPath: folder };
  const route = `/${encodeURIComponent(name)}`;
  if (isProjectId(project)) {
    const query = { ...place, projectId: project };
    const answer = await server.get(`/api/v4/secrets${route}`, { token, query });
    if (!isUnknownRoute(answer)) return answer;
  }
  const named = isProjectId(project) ? { workspaceId: project } : { workspaceSlug: project };
  const query = { ...place, ...named, include_imports: 'true', expandSecretReferences: 'true' };
  return server.get(`/api/v3/secrets/raw${route}`, { token, query });
}

// what Fastify, on which Infisical stands, says of a path that it does not have
function isUnknownRoute({ status, body }: Answer): boolean {
  return status === 404 && /^Route [A-Z]+:/.test(stringAt(parseJson(body), 'message') ?? '');
}

function fetchedOf({ status, body }: Answer, wanted: InfisicalReference): Fetched {
  if (status === 404) {
    const hint = 'See that the project, environment, folder and name are right, and that the identity may see them.';
    throw secretMissing(`Infisical has no ${wanted.name} in ${placeOf(wanted)}`, hint);
  }
  if (status !== 200) throw refusal('Infisical', status, hints);
  const answer = parseJson(body);
  const value = stringAt(answer, 'secret', 'secretValue');
  if (value === hiddenText || valueAt(answer, 'secret', 'secretValueHidden') === true) throw hidden(wanted.name);
  if (value === undefined) throw refusal('Infisical', status, hints);
  const version = valueAt(answer, 'secret', 'version');
  const changed = dateAt(answer, 'secret', 'updatedAt');
  return {
    value: Buffer.from(value),
    ...(typeof version === 'number' ? { version: String(version) } : {}),
    ...(changed === undefined ? {} : { changed }),
  };
}

async function logIn(server: Server, login: { clientId: string; clientSecret: string }): Promise<string> {
  const { clientId, clientSecret } = login;
  const { status, body } = await server.post('/api/v1/auth/universal-auth/login', { clientId, clientSecret });
  const token = status === 200 ? stringAt(parseJson(body), 'accessToken') : undefined;
  // whatever is wrong with an identity, it is the login
  if (token === undefined) throw refusal('Infisical', status > 399 && status < 405 ? 401 : status, hints);
  return token;
}

// not by the host's signal: what was lent is given back after an interrupt, too
async function revoke(server: Server, opened: Promise<string> | undefined): Promise<void> {
  const accessToken = await opened?.catch(() => undefined);
  if (accessToken === undefined) return;
  const signal = AbortSignal.timeout(revokeWithinMs);
  await server
    .post('/api/v1/auth/token/revoke', { accessToken }, { token: accessToken, signal })
    .catch(() => undefined);
}
