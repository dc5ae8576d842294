import { type Internet, type Received, type Reply, startInternet } from '../internet.ts';

/** A secret of a vault: its versions by id, the newest last, or the error that it gives; with `times`, that often. */
export type AzureSecret = Readonly<Record<string, string>> | AzureFault;

export interface AzureFault {
  status: number;
  code: string;
  /** The second code, in `innererror`. */
  inner?: string;
  times?: number;
}

export interface AzureServer extends Internet {
  /** Host and path of every request with a token that is good. */
  calls: string[];
}

/** What no message may quote: it stands in every error that the servers tell. */
export const saidByServer = 'not-a-secret-said-by-azure-6d0f';

/** The service principal that the servers know: by its secret, or by a token of a federated workload. */
export const principal = {
  tenant: '11111111-2222-4333-8444-555555555555',
  client: '66666666-7777-4888-8999-000000000000',
  secret: 'not-a-secret-client-secret-1f2e',
  assertion: 'not-a-secret-federated-token-9c8b',
};

interface Cloud {
  login: string;
  vaults: string;
}

const clouds: readonly Cloud[] = [
  { login: 'login.microsoftonline.com', vaults: 'vault.azure.net' },
  { login: 'login.microsoftonline.us', vaults: 'vault.usgovcloudapi.net' },
];

/**
 * A stand-in for Azure Key Vault and Microsoft Entra ID, which cannot be had here.
 *
 * It keeps paths, statuses, bodies and the challenge of their REST references: a token is good for the vaults of one cloud.
 * `vaults` are host names.
 */
export async function startAzure(
  vaults: Readonly<Record<string, Readonly<Record<string, AzureSecret>>>>,
): Promise<AzureServer> {
  const calls: string[] = [];
  const faults = new Map<string, number>();
  const logins = clouds.map((cloud) => [cloud.login, (received: Received) => login(received, cloud)] as const);
  const hosts = Object.entries(vaults).map(([host, secrets]) => {
    const cloud = clouds.find((one) => host.endsWith(`.${one.vaults}`));
    return [
      host,
      (received: Received): Reply => {
        if (received.headers.authorization !== `Bearer ${tokenFor(cloud)}`) return challenge(cloud);
        calls.push(`${host}${received.path}`);
        return secretOf(received, secrets, faults);
      },
    ] as const;
  });
  return { ...(await startInternet(Object.fromEntries([...logins, ...hosts]))), calls };
}

function tokenFor(cloud: Cloud | undefined): string {
  return `not-a-secret-access-token-for-${cloud?.vaults}`;
}

function challenge(cloud: Cloud | undefined): Reply {
  const header = `Bearer authorization="https://${cloud?.login}/${principal.tenant}", resource="https://${cloud?.vaults}"`;
  return { status: 401, headers: { 'www-authenticate': header }, body: failure('Unauthorized') };
}

/** OpenID Connect Discovery, and the client credentials grant (RFC 6749, section 4.4; RFC 7523 for the assertion). */
function login({ method, path, body }: Received, cloud: Cloud): Reply {
  const base = `https://${cloud.login}/${principal.tenant}`;
  if (method === 'GET' && path === `/${principal.tenant}/v2.0/.well-known/openid-configuration`) {
    const endpoints = {
      token_endpoint: `${base}/oauth2/v2.0/token`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      issuer: `${base}/v2.0`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
    };
    return { status: 200, body: endpoints };
  }
  const form = new URLSearchParams(body);
  const known = form.get('client_secret') === principal.secret || form.get('client_assertion') === principal.assertion;
  const asked = path === `/${principal.tenant}/oauth2/v2.0/token` && form.get('grant_type') === 'client_credentials';
  const scoped = form.get('scope')?.split(' ').includes(`https://${cloud.vaults}/.default`) === true;
  if (asked && scoped && known && form.get('client_id') === principal.client) {
    return { status: 200, body: { token_type: 'Bearer', expires_in: 3599, access_token: tokenFor(cloud) } };
  }
  return { status: 401, body: { error: 'invalid_client', error_description: saidByServer, error_codes: [7000215] } };
}

function secretOf(
  { method, path, host, query }: Received,
  secrets: Readonly<Record<string, AzureSecret>>,
  faults: Map<string, number>,
): Reply {
  const [, name = '', version = ''] = /^\/secrets\/([^/]+)\/([^/]*)$/.exec(path) ?? [];
  const secret = method === 'GET' && query.has('api-version') ? secrets[name] : undefined;
  if (secret === undefined) return { status: 404, body: failure('SecretNotFound') };
  if (isFault(secret)) {
    const times = (faults.get(name) ?? 0) + 1;
    faults.set(name, times);
    if (secret.times === undefined || times <= secret.times) {
      return { status: secret.status, headers: { 'retry-after': '0' }, body: failure(secret.code, secret.inner) };
    }
  }
  const versions = Object.entries(isFault(secret) ? { ['0'.repeat(32)]: 'after-the-faults-7f3a' } : secret);
  const [id, value] = version === '' ? (versions.at(-1) ?? []) : (versions.find(([one]) => one === version) ?? []);
  if (value === undefined) return { status: 404, body: failure('SecretNotFound') };
  const attributes = { enabled: true, created: 1_600_000_000, updated: 1_700_000_000, recoveryLevel: 'Recoverable' };
  return { status: 200, body: { value, id: `https://${host}/secrets/${name}/${id}`, attributes } };
}

function isFault(secret: AzureSecret): secret is AzureFault {
  return typeof secret.status === 'number';
}

function failure(code: string, inner?: string): object {
  return { error: { code, message: saidByServer, ...(inner === undefined ? {} : { innererror: { code: inner } }) } };
}
