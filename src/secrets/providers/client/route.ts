import type { Dispatcher, fetch } from 'undici';
import { SafebuildError } from '../../../errors.ts';

/** How requests leave this machine. */
export interface Route {
  fetch: typeof fetch;
  dispatcher: Dispatcher;
}

const silenceMs = 15_000;

/**
 * The address of a server as a URL, without credentials, query and fragment.
 *
 * Throws `CONFIG_INVALID` for another text, and for one without TLS unless it is on this machine; it is not quoted.
 */
export function addressOf(name: string, address: string): URL {
  if (isAddress(address)) return new URL(address);
  throw new SafebuildError('CONFIG_INVALID', `The address of ${name} is not one that a token may be sent to`, {
    hint: 'Write it as https://HOST; http:// is taken for this machine only.',
  });
}

/** Whether a token may be sent to an address: it has TLS or is on this machine, and is nothing but an address. */
export function isAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if (`${url.username}${url.password}${url.search}${url.hash}` !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
}

/** Whether the host of a URL is this machine. */
export function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

/** The way out: through the proxies of `env`, and without one to this machine. */
export async function openRoute(near: boolean, env: Readonly<Record<string, string | undefined>>): Promise<Route> {
  const { Agent, EnvHttpProxyAgent, fetch } = await import('undici');
  const silence = { headersTimeout: silenceMs, bodyTimeout: silenceMs };
  if (near) return { fetch, dispatcher: new Agent(silence) };
  const variable = (name: string): string => env[name.toLowerCase()] ?? env[name] ?? '';
  const proxies = {
    httpProxy: variable('HTTP_PROXY'),
    httpsProxy: variable('HTTPS_PROXY'),
    noProxy: variable('NO_PROXY'),
  };
  return { fetch, dispatcher: new EnvHttpProxyAgent({ ...silence, ...proxies }) };
}
