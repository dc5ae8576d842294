import type { Dispatcher, RequestInit, Response } from 'undici';
import { type ImageReference, isLoopback } from './reference.ts';

export type Send = (url: string, init: RequestInit) => Promise<Response>;

/** How a registry is reached: over TLS, through the proxies of the environment. */
export interface Transport {
  /** `https://host`; `http://` only on loopback, and there only where https does not answer. */
  origin: string;
  /** Follows redirects; fetch takes Authorization away from a request that a redirect leads to another origin. */
  send: Send;
  /** Breaks off what is still under way. */
  close(): Promise<void>;
}

/** Opens the way to the registry of a reference. */
export async function openTransport(reference: ImageReference, signal: AbortSignal | undefined): Promise<Transport> {
  const { Agent, EnvHttpProxyAgent, fetch } = await import('undici');
  const loopback = isLoopback(reference.host);
  const outside = new EnvHttpProxyAgent();
  const own = new Agent({ connect: { rejectUnauthorized: false } });
  // Without a proxy and with any certificate, as Go and docker have it, but this machine only: a registry on loopback may
  // send us to a token service or a store elsewhere.
  const dispatcher: Dispatcher = outside.compose((dispatch) => (options, handler) => {
    const local = loopback && options.origin !== undefined && isLoopback(new URL(options.origin).host);
    return local ? own.dispatch(options, handler) : dispatch(options, handler);
  });
  const send: Send = (url, init) => fetch(url, { ...init, dispatcher, ...(signal ? { signal } : {}) });
  const scheme = loopback && !(await speaksTls(reference.host, send)) ? 'http' : 'https';
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
