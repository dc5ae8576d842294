import type { Dispatcher, RequestInit, Response } from 'undici';
import { SafebuildError } from '../errors.ts';
import { parseChallenge } from './challenge.ts';
import type { Credentials } from './credentials.ts';
import { type ImageReference, isLoopback } from './reference.ts';

export interface ClientOptions {
  /** Asked once, when the registry wants a login. */
  credentials: () => Promise<Credentials | undefined>;
  signal?: AbortSignal;
}

export interface RegistryRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  /** Below `/v2/<repository>/`, or an absolute URL that the registry itself named. */
  path: string;
  headers?: Record<string, string>;
  /** Made anew for every try. */
  body?: () => NonNullable<RequestInit['body']>;
}

/** One repository of one registry (OCI distribution-spec 1.1), with login, retries and proxies taken care of. */
export interface RegistryClient {
  /** Throws PUBLISH_FAILED unless the status is one of `expected`. */
  request(request: RegistryRequest, expected: readonly number[]): Promise<Response>;
  close(): Promise<void>;
}

const tries = 4;
const firstPauseMs = 300;

/** Opens a client. Plain http is used on loopback only, and there only where https does not answer. */
export async function openRegistry(reference: ImageReference, options: ClientOptions): Promise<RegistryClient> {
  const { EnvHttpProxyAgent, fetch } = await import('undici');
  const loopback = isLoopback(reference.host);
  const dispatcher: Dispatcher = new EnvHttpProxyAgent(loopback ? { connect: { rejectUnauthorized: false } } : {});
  const send = (url: string, init: RequestInit): Promise<Response> =>
    fetch(url, { ...init, dispatcher, redirect: 'follow', ...(options.signal ? { signal: options.signal } : {}) });
  const scheme = loopback && !(await speaksTls(reference.host, send)) ? 'http' : 'https';
  const base = `${scheme}://${reference.host}/v2/${reference.repository}/`;
  let authorization: string | undefined;

  const once = async (request: RegistryRequest): Promise<Response> => {
    const url = new URL(request.path, base);
    const ours = url.host === reference.host;
    const headers = { ...request.headers, ...(authorization && ours ? { authorization } : {}) };
    const body = request.body?.();
    return send(url.href, { method: request.method, headers, ...(body === undefined ? {} : { body, duplex: 'half' }) });
  };

  const withLogin = async (request: RegistryRequest): Promise<Response> => {
    const response = await once(request);
    if (response.status !== 401) return response;
    authorization = await logIn(response.headers.get('www-authenticate'), reference, options, send);
    await response.body?.cancel();
    return once(request);
  };

  return {
    async request(request, expected) {
      for (let left = tries; ; left--) {
        const response = await withLogin(request).catch((error: unknown) => {
          if (options.signal?.aborted || left <= 1) throw unreachableRegistry(reference.host, error);
          return undefined;
        });
        if (response && expected.includes(response.status)) return response;
        const passing = response === undefined || response.status === 429 || response.status >= 500;
        if (!passing || left <= 1) throw await refused(reference, request, response);
        await response?.body?.cancel();
        await pause(firstPauseMs * 2 ** (tries - left), options.signal);
      }
    },
    close: () => dispatcher.close(),
  };
}

type Send = (url: string, init: RequestInit) => Promise<Response>;

async function speaksTls(host: string, send: Send): Promise<boolean> {
  return send(`https://${host}/v2/`, { method: 'GET' }).then(
    async (response) => {
      await response.body?.cancel();
      return true;
    },
    () => false,
  );
}

/** Answers a challenge: Basic at once, Bearer by a token from the registry's own authorization service. */
async function logIn(
  header: string | null,
  reference: ImageReference,
  options: ClientOptions,
  send: Send,
): Promise<string> {
  const challenge = parseChallenge(header);
  const credentials = await options.credentials();
  if (challenge?.scheme === 'basic' && credentials) return basic(credentials);
  if (challenge?.scheme === 'bearer' && challenge.parameters.realm) {
    return `Bearer ${await fetchToken(challenge.parameters, reference, credentials, send)}`;
  }
  throw new SafebuildError('PUBLISH_FAILED', `${reference.host} wants a login, and docker has none for it.`, {
    hint: `Run docker login ${reference.host}`,
  });
}

function basic({ user, password }: Credentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** Docker registry token authentication: GET with Basic, or POST with a refresh token (distribution/spec/auth). */
async function fetchToken(
  parameters: Readonly<Record<string, string>>,
  reference: ImageReference,
  credentials: Credentials | undefined,
  send: Send,
): Promise<string> {
  const scope = `repository:${reference.repository}:pull,push`;
  const query = new URLSearchParams({ scope, ...(parameters.service ? { service: parameters.service } : {}) });
  const realm = parameters.realm ?? '';
  if (credentials?.identityToken) {
    query.set('grant_type', 'refresh_token');
    query.set('refresh_token', credentials.password);
    query.set('client_id', 'safebuild');
  }
  const response = credentials?.identityToken
    ? await send(realm, { method: 'POST', body: query })
    : await send(`${realm}${realm.includes('?') ? '&' : '?'}${query}`, {
        headers: credentials ? { authorization: basic(credentials) } : {},
      });
  const answer = response.ok ? ((await response.json()) as { token?: string; access_token?: string }) : {};
  const token = answer.token ?? answer.access_token;
  if (token) return token;
  throw new SafebuildError('PUBLISH_FAILED', `${reference.host} refused the login that docker has for it.`, {
    hint: `Run docker login ${reference.host}`,
  });
}

function unreachableRegistry(host: string, cause: unknown): SafebuildError {
  if (cause instanceof SafebuildError) return cause;
  return new SafebuildError('PUBLISH_FAILED', `The registry ${host} does not answer.`, {
    hint: 'Check the name, the network and HTTPS_PROXY; for a private certificate set NODE_EXTRA_CA_CERTS.',
  });
}

async function refused(
  reference: ImageReference,
  request: RegistryRequest,
  response: Response | undefined,
): Promise<SafebuildError> {
  const body = (await response?.text().catch(() => '')) ?? '';
  const code = /"code"\s*:\s*"([A-Z_]+)"/.exec(body)?.[1];
  const why = [response?.status, code].filter((word) => word !== undefined).join(' ');
  return new SafebuildError(
    'PUBLISH_FAILED',
    `${reference.host} refused ${request.method} for ${reference.repository}: ${why}`,
    {
      hint:
        response?.status === 401 || response?.status === 403
          ? `Run docker login ${reference.host}, or ask for push rights.`
          : 'Try again later.',
    },
  );
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const cut = (): void => {
      clearTimeout(timer);
      resolve();
    };
    signal?.addEventListener('abort', cut, { once: true });
  });
}
