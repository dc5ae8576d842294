import { SafebuildError } from '../../../errors.ts';
import { sourceFailed } from './failures.ts';
import { askedMs, pause, pausesMs } from './pauses.ts';
import { addressOf, isLoopback, openRoute, type Route } from './route.ts';

/** A server that gives values over HTTPS. */
export interface Server {
  get(path: string, options?: RequestOptions): Promise<Answer>;
  /** Sends JSON. */
  post(path: string, body: unknown, options?: RequestOptions): Promise<Answer>;
  close(): Promise<void>;
}

export interface RequestOptions {
  /** Sent as `Authorization: Bearer`. */
  token?: string;
  /** Undefined parameters are left out. */
  query?: Readonly<Record<string, string | undefined>>;
  /** In place of the server's own. */
  signal?: AbortSignal;
}

export interface Answer {
  status: number;
  body: Buffer;
}

export interface ServerOptions {
  /** For messages: `Doppler`. */
  name: string;
  /** `https://host[:port][/path]`; `http://` on loopback only. */
  address: string;
  /** Proxies are taken from `HTTPS_PROXY` and `NO_PROXY` of this environment. */
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
}

interface Exchange extends Answer {
  /** The header. */
  retryAfter: string | null;
}

const longestBody = 16 * 1024 * 1024;
const passing = new Set([429, 502, 503, 504]);

/**
 * Opens the way to a server; nothing is sent before the first request.
 *
 * What passes (429, 502 to 504, a connection that breaks) is tried again, up to three times. A redirect is refused: a token
 * goes to the address that it is meant for and to no other. Throws `CONFIG_INVALID` for an address without TLS elsewhere
 * than on this machine; requests throw `SOURCE_FAILED` when the server is not reached.
 */
export function openServer({ name, address, env, signal }: ServerOptions): Server {
  const base = addressOf(name, address);
  let route: Promise<Route> | undefined;

  async function send(path: string, init: { method: string; body?: string }, options: RequestOptions): Promise<Answer> {
    route ??= openRoute(isLoopback(base), env);
    const { fetch, dispatcher } = await route;
    const limit = options.signal ?? signal;
    const request = {
      ...init,
      headers: headersOf(init, options),
      dispatcher,
      signal: limit,
      redirect: 'manual' as const,
    };
    const exchange = async (): Promise<Exchange> => {
      const response = await fetch(urlOf(base, path, options.query), request);
      const body = await bodyOf(name, response.body);
      return { status: response.status, body, retryAfter: response.headers.get('retry-after') };
    };
    return tryAgain(name, base, exchange, limit);
  }

  return {
    get: (path, options = {}) => send(path, { method: 'GET' }, options),
    post: (path, body, options = {}) => send(path, { method: 'POST', body: JSON.stringify(body) }, options),
    close: async () => {
      const opened = await route?.catch(() => undefined);
      await opened?.dispatcher.destroy();
    },
  };
}

async function tryAgain(
  name: string,
  base: URL,
  exchange: () => Promise<Exchange>,
  limit: AbortSignal,
): Promise<Answer> {
  for (let tried = 0; ; tried++) {
    const pauseMs = pausesMs[tried];
    try {
      const { retryAfter, ...answer } = await exchange();
      if (answer.status >= 300 && answer.status < 400) throw redirected(name);
      if (!passing.has(answer.status) || pauseMs === undefined) return answer;
      await pause(askedMs(retryAfter) ?? pauseMs, limit);
    } catch (error) {
      if (error instanceof SafebuildError) throw error;
      if (limit.aborted) throw sourceFailed(`${name} did not answer in time`, `See whether ${name} works.`, error);
      if (pauseMs === undefined) throw notReached(name, base, error);
      await pause(pauseMs, limit);
    }
  }
}

function headersOf({ body }: { body?: string }, { token }: RequestOptions): Record<string, string> {
  return {
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
}

function urlOf(base: URL, path: string, query: RequestOptions['query'] = {}): URL {
  const url = new URL(base.href.replace(/\/$/, '') + path);
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(key, value);
  }
  return url;
}

async function bodyOf(name: string, body: AsyncIterable<Uint8Array> | null): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > longestBody)
      throw sourceFailed(`${name} sends more than a secret can be`, 'See that its address is right.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function notReached(name: string, base: URL, cause: unknown): Error {
  const hint =
    'See that the address is right, that the network or proxy lets you through, and that its certificate is trusted.';
  return sourceFailed(`${name} cannot be reached at ${base.origin}`, hint, cause);
}

function redirected(name: string): Error {
  const hint = `Set the address that ${name} is really at.`;
  return sourceFailed(`${name} sends us on to another address, where a token must not go`, hint);
}
