import type { Dispatcher, RequestInit, Response } from 'undici';
import { type ImageReference, isLoopback } from './reference.ts';

export type Send = (url: string, init: RequestInit) => Promise<Response>;

/** How a registry is reached: over TLS, through the proxies of the environment. */
export interface Transport {
  /** `https://host`; `http://` only on loopback or where that is set up, and there only where https does not answer. */
  origin: string;
  /** Follows redirects; fetch takes Authorization away from a request that a redirect leads to another origin. */
  send: Send;
  /** Breaks off what is still under way. */
  close(): Promise<void>;
}

export interface TransportOptions {
  signal?: AbortSignal;
  /** Takes the registry's host as if it were on loopback. */
  insecure?: boolean;
  /** Longest silence in an answer, in milliseconds. */
  idleMs?: number;
}

/** Opens the way to the registry of a reference. */
export async function openTransport(reference: ImageReference, options: TransportOptions = {}): Promise<Transport> {
  const { Agent, EnvHttpProxyAgent, fetch } = await import('undici');
  const { signal, insecure = false, idleMs } = options;
  const loopback = isLoopback(reference.host);
  const silence = idleMs === undefined ? {} : { headersTimeout: idleMs, bodyTimeout: idleMs };
  const outside = new EnvHttpProxyAgent(silence);
  const own = new Agent({ ...silence, connect: { rejectUnauthorized: false } });
  // Without a proxy and with any certificate, as Go and docker have it, but this machine (or the very host that is set up as
  // insecure) only: a registry may send us to a token service or a store elsewhere.
  const dispatcher: Dispatcher = outside.compose((dispatch) => (options, handler) => {
    const host = options.origin === undefined ? undefined : new URL(options.origin).host;
    const near = host !== undefined && ((loopback && isLoopback(host)) || (insecure && host === reference.host));
    return near ? own.dispatch(options, handler) : dispatch(options, handler);
  });
  const send: Send = (url, init) => fetch(url, { ...init, dispatcher, ...(signal ? { signal } : {}) });
  const scheme = (loopback || insecure) && !(await speaksTls(reference.host, send)) ? 'http' : 'https';
  return {
    origin: new URL(`${scheme}://${reference.host}`).origin,
    send,
    close: async () => {
      await Promise.all([outside.destroy(), own.destroy()]);
    },
  };
}

async function speaksTls(host: string, send: Send): Promise<boolean> {
  return send(`https://${host}/v2/`, { redirect: 'manual' }).then(
    async (response) => {
      await response.body?.cancel();
      return true;
    },
    () => false,
  );
}
