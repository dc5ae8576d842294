import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { crc32c } from '../../../src/secrets/providers/gcp/crc32c.ts';
import { type Internet, type Received, type Reply, startInternet } from '../internet.ts';

/** A secret: its versions from 1 on, or the error that it gives; with `times`, that often. */
export type GcpSecret = readonly (string | Uint8Array | 'DISABLED' | 'damaged')[] | GcpFault;

export interface GcpFault {
  status: number;
  /** A canonical code: google.rpc.Code. */
  reason: string;
  times?: number;
}

export interface GcpServer extends Internet {
  /** Credentials files for GOOGLE_APPLICATION_CREDENTIALS, as JSON. */
  credentials: Readonly<Record<'serviceAccount' | 'forged' | 'user' | 'revoked' | 'workload', object>>;
  /** Host and path of every request with a token that is good. */
  calls: string[];
}

/** What no message may quote: it stands in every error that the servers tell. */
export const saidByServer = 'not-a-secret-said-by-gcp-1b7e';

const email = 'builder@example-project.iam.gserviceaccount.com';
const accessToken = 'not-a-secret-access-token-90ab';
const refreshToken = 'not-a-secret-refresh-token-33fe';
/** What the file of a workload's identity has to hold. */
export const subjectToken = 'not-a-secret-subject-token-4c1d';

/**
 * A stand-in for Google's Secret Manager and its servers of tokens, which cannot be had here.
 *
 * It keeps paths, statuses and bodies of the REST reference; a service account's own JWT is checked by its public key.
 * Secrets are named `PROJECT/NAME`, regional ones `PROJECT/LOCATION/NAME`.
 */
export async function startGcp(secrets: Readonly<Record<string, GcpSecret>>, subjectFile: string): Promise<GcpServer> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  const calls: string[] = [];
  const faults = new Map<string, number>();
  const manager = (received: Received): Reply => {
    if (!authorized(received, key)) return failure(401, 'UNAUTHENTICATED');
    calls.push(`${received.host}${received.path}`);
    return access(received, secrets, faults);
  };
  const internet = await startInternet({
    'secretmanager.googleapis.com': manager,
    'secretmanager.europe-west3.rep.googleapis.com': manager,
    'oauth2.googleapis.com': refresh,
    'sts.googleapis.com': exchange,
  });
  const serviceAccount = { type: 'service_account', project_id: 'example-project', client_email: email };
  const user = { type: 'authorized_user', client_id: 'id', client_secret: 'not-a-secret-client' };
  return {
    ...internet,
    calls,
    credentials: {
      serviceAccount: { ...serviceAccount, private_key: key },
      forged: { ...serviceAccount, private_key: other },
      user: { ...user, refresh_token: refreshToken },
      revoked: { ...user, refresh_token: 'not-a-secret-revoked-token' },
      workload: {
        type: 'external_account',
        audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/providers/ci',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        token_url: 'https://sts.googleapis.com/v1/token',
        credential_source: { file: subjectFile },
      },
    },
  };
}

/** RFC 6749, section 6. */
function refresh({ path, body }: Received): Reply {
  const form = new URLSearchParams(body);
  const good = form.get('grant_type') === 'refresh_token' && form.get('refresh_token') === refreshToken;
  if (path === '/token' && good) return { status: 200, body: { access_token: accessToken, expires_in: 3599 } };
  return { status: 400, body: { error: 'invalid_grant', error_description: saidByServer } };
}

/** RFC 8693. */
function exchange({ path, body }: Received): Reply {
  const form = new URLSearchParams(body);
  if (path !== '/v1/token' || form.get('subject_token') !== subjectToken) {
    return { status: 400, body: { error: 'invalid_grant', error_description: saidByServer } };
  }
  const issued = 'urn:ietf:params:oauth:token-type:access_token';
  const token = { access_token: accessToken, issued_token_type: issued, token_type: 'Bearer', expires_in: 3600 };
  return { status: 200, body: token };
}

// a JWT of the account's own is either for a scope or for the service: AIP-4111
function authorized({ headers, host }: Received, key: string): boolean {
  const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
  if (token === accessToken) return true;
  const [head = '', claims = '', signature = ''] = token.split('.');
  const signed = Buffer.from(`${head}.${claims}`);
  if (!verify('sha256', signed, createPublicKey(key), Buffer.from(signature, 'base64url'))) return false;
  const { iss, sub, aud, scope, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  const wide = String(scope).split(' ').includes('https://www.googleapis.com/auth/cloud-platform');
  return iss === email && sub === email && (wide || aud === `https://${host}/`) && exp > Date.now() / 1000;
}

function access(received: Received, secrets: Readonly<Record<string, GcpSecret>>, faults: Map<string, number>): Reply {
  const path = /^\/v1\/projects\/([^/]+)(?:\/locations\/([^/]+))?\/secrets\/([^/]+)\/versions\/([^/:]+):access$/;
  const [, project, location, name, version = ''] = path.exec(decodeURIComponent(received.path)) ?? [];
  if (received.method !== 'GET' || project === undefined) return failure(404, 'NOT_FOUND');
  const id = [project, location, name].filter((part) => part !== undefined).join('/');
  // a regional secret stands on its region's own host only
  const regional = received.host !== 'secretmanager.googleapis.com';
  const secret = (location !== undefined) === regional ? secrets[id] : undefined;
  if (secret === undefined) return failure(404, 'NOT_FOUND');
  if ('status' in secret) {
    const times = (faults.get(id) ?? 0) + 1;
    faults.set(id, times);
    if (secret.times === undefined || times <= secret.times) return failure(secret.status, secret.reason);
    return payload(id, 1, 'after-the-faults-7f3a');
  }
  const number = version === 'latest' ? secret.length : Number(version);
  const value = secret[number - 1];
  if (value === undefined) return failure(404, 'NOT_FOUND');
  if (value === 'DISABLED') return failure(400, 'FAILED_PRECONDITION');
  return payload(id, number, value);
}

function payload(id: string, number: number, value: string | Uint8Array): Reply {
  const bytes = Buffer.from(value);
  const dataCrc32c = String(value === 'damaged' ? 1 : crc32c(bytes));
  const name = `projects/123456789012/secrets/${id.split('/').at(-1)}/versions/${number}`;
  return { status: 200, body: { name, payload: { data: bytes.toString('base64'), dataCrc32c } } };
}

function failure(status: number, reason: string): Reply {
  return { status, body: { error: { code: status, message: saidByServer, status: reason } } };
}
