import type { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import type { Answer } from '../cloud/answer.ts';
import { serve } from '../cloud/serve.ts';
import { crc32c } from './crc32c.ts';
import type { GcpRequest } from './reference.ts';
import { gcpTrouble } from './trouble.ts';

const store = 'GCP Secret Manager';

// loaded with the first request, so that an SDK that is not installed is an answer
let loaded: ReturnType<typeof load> | undefined;

async function load() {
  const sdk = await import('@google-cloud/secret-manager');
  const clients = new Map<string | undefined, SecretManagerServiceClient>();
  return (location: string | undefined) => {
    const endpoint = location === undefined ? {} : { apiEndpoint: `secretmanager.${location}.rep.googleapis.com` };
    // REST, not gRPC: what lets HTTPS through lets it through
    const client = clients.get(location) ?? steady(new sdk.SecretManagerServiceClient({ fallback: true, ...endpoint }));
    clients.set(location, client);
    return client;
  };
}

// a quarter of a minute for one attempt; five attempts when throttled (8) or not available (14)
const retry = {
  retryCodes: [8, 14],
  backoffSettings: {
    initialRetryDelayMillis: 500,
    retryDelayMultiplier: 2,
    maxRetryDelayMillis: 8_000,
    initialRpcTimeoutMillis: 15_000,
    rpcTimeoutMultiplier: 1,
    maxRpcTimeoutMillis: 15_000,
    maxRetries: 4,
  },
};

/**
 * Makes a client's requests heed HTTPS_PROXY and NO_PROXY, and keeps the API's own codes in its errors.
 *
 * As REST, google-gax hands every request an agent of its own, with which gaxios passes a proxy by; and gaxios throws for
 * every status but 2xx before google-gax has read the answer, whose code it needs to know what to try again
 * (google-gax 5.0.8, fallbackServiceStub.js; gaxios 7.3.1).
 */
function steady(client: SecretManagerServiceClient): SecretManagerServiceClient {
  const { auth } = client;
  const fetch = auth.fetch.bind(auth);
  const steadily = (url: string, { agent: _, ...options }: { agent?: unknown }) =>
    fetch({ ...options, url: new URL(url), validateStatus: () => true, timeout: 15_000 });
  auth.fetch = steadily as typeof auth.fetch;
  return client;
}

async function fetchVersion({ project, secret, version, location }: GcpRequest): Promise<Answer> {
  loaded ??= load();
  const clientOf = await loaded;
  const parent = `projects/${project}${location === undefined ? '' : `/locations/${location}`}`;
  const name = `${parent}/secrets/${secret}/versions/${version}`;
  try {
    const [{ name: given, payload }] = await clientOf(location).accessSecretVersion({ name }, { retry });
    const value = Buffer.from(payload?.data ?? '');
    const sum = payload?.dataCrc32c;
    if (sum !== undefined && sum !== null && Number(sum) !== crc32c(value)) return { trouble: damaged(name) };
    // the number, also where an alias was asked for
    const number = given?.split('/').at(-1);
    return { secret: { value, ...(number !== undefined && { version: number }) } };
  } catch (error) {
    return { trouble: gcpTrouble(error, name) };
  }
}

function damaged(name: string) {
  return {
    code: 'SOURCE_FAILED',
    message: `${name} of ${store} did not come whole: its checksum is another`,
    hint: 'Try again.',
  } as const;
}

serve(fetchVersion, { store, packages: ['@google-cloud/secret-manager@6'] });
