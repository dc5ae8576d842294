import type { RequestInit, Response } from 'undici';
import { SafebuildError } from '../errors.ts';
import type { Credentials } from './credentials.ts';
import { answerChallenge } from './login.ts';
import { pause, pauseMs } from './pause.ts';
import type { ImageReference } from './reference.ts';
import { type Access, interrupted, isLasting, isPassing, noAnswer, refused, toldFor, withoutTls } from './refusal.ts';
import { openTransport } from './transport.ts';

export interface ClientOptions {
  /** Asked once, when the registry wants a login. */
  credentials: () => Promise<Credentials | undefined>;
  signal?: AbortSignal;
  /** What is to be done there, `push` when absent: which rights are asked for, and what a failure is called. */
  access?: Access;
  /** The engine is set up to do without TLS, or without a good certificate, for this registry (`insecure-registries`). */
  insecure?: boolean;
  /** Longest silence in an answer, in milliseconds. */
  idleMs?: number;
}

export interface RegistryRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  /** Below `/v2/<repository>/`, or an absolute URL that the registry itself named. A function is asked anew for every try. */
  path: string | (() => Promise<string>);
  headers?: Record<string, string>;
  /** Made anew for every try. */
  body?: () => NonNullable<RequestInit['body']>;
}

/** One repository of one registry (OCI distribution-spec 1.1), with login, retries and proxies taken care of. */
export interface RegistryClient {
  /**
   * Throws PUBLISH_FAILED (SCAN_INCOMPLETE when only to be read from) unless the status is one of `expected`, INTERRUPTED
   * when the signal aborts.
   */
  request(request: RegistryRequest, expected: readonly number[]): Promise<Response>;
  close(): Promise<void>;
}

const tries = 4;

/** Opens a client. Credentials and tokens go to the origin of the registry and to its token service, nowhere else. */
export async function openRegistry(reference: ImageReference, options: ClientOptions): Promise<RegistryClient> {
  const access = options.access ?? 'push';
  const { origin, send, close } = await openTransport(reference, options);
  const base = `${origin}/v2/${reference.repository}/`;
  let credentials: Promise<Credentials | undefined> | undefined;
  let authorization: string | undefined;

  const once = async ({ method, path, headers, body }: RegistryRequest): Promise<Response> => {
    const named = typeof path === 'string' ? path : await path();
    const url = new URL(named, base);
    if (url.protocol !== 'https:' && origin.startsWith('https:')) throw withoutTls(reference);
    const login = authorization !== undefined && url.origin === origin ? { authorization } : {};
    const init: RequestInit = { method, headers: { 'user-agent': 'safebuild', ...headers, ...login } };
    return send(url.href, body === undefined ? init : { ...init, body: body(), duplex: 'half' });
  };

  const withLogin = async (request: RegistryRequest): Promise<Response> => {
    const response = await once(request);
    // A store that uploads or redirects lead to may ask too, but it is no business of theirs.
    if (response.status !== 401 || new URL(response.url).origin !== origin) return response;
    await response.body?.cancel();
    credentials ??= options.credentials();
    const header = response.headers.get('www-authenticate');
    const insecure = options.insecure === true;
    authorization = await answerChallenge(header, { reference, access, insecure }, await credentials, send);
    return once(request);
  };

  const untilExpected = async (request: RegistryRequest, expected: readonly number[]): Promise<Response> => {
    for (let tried = 1; ; tried++) {
      const response = await withLogin(request).catch((error: unknown) => {
        if (error instanceof SafebuildError) throw error;
        if (options.signal?.aborted) throw interrupted(reference);
        if (tried === tries || isLasting(error)) throw noAnswer(reference, error);
        return undefined;
      });
      if (response && expected.includes(response.status)) return response;
      if (response && (tried === tries || !isPassing(response.status))) {
        throw await refused(reference, request.method, response);
      }
      await response?.body?.cancel();
      await pause(pauseMs(tried, response?.headers.get('retry-after'), Date.now()), options.signal);
      if (options.signal?.aborted) throw interrupted(reference);
    }
  };

  return {
    request: (request, expected) =>
      untilExpected(request, expected).catch((error: unknown) => {
        throw toldFor(access, error);
      }),
    close,
  };
}
