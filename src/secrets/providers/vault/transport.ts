import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dispatcher } from 'undici';
import { SafebuildError } from '../../../errors.ts';
import type { ProviderHost } from '../provider.ts';
import { readNamed } from './ambient.ts';
import type { NamedPath, Server } from './server.ts';

/** One request of Vault's HTTP API. */
export interface Call {
  method: 'GET' | 'POST' | 'PUT';
  /** Behind `/v1/`, decoded. */
  path: string;
  query?: Readonly<Record<string, string>>;
  token?: string | undefined;
  namespace?: string | undefined;
  body?: Readonly<Record<string, unknown>>;
}

/** What came back. The text may hold values: it is for parsing, never for quoting. */
export interface Reply {
  status: number;
  retryAfter: string | undefined;
  text: string;
}

/** The way to one server. */
export interface Transport {
  /** Sends once. No redirect is followed: a token goes to the server that was named, and to no other. */
  send(call: Call, signal: AbortSignal): Promise<Reply>;
  /** Breaks off what is still under way. */
  close(): Promise<void>;
}

/** Vault itself takes no request above 32 MiB; a secret that a build can mount ends at half a MiB. */
const longestReplyBytes = 8 * 1024 * 1024;
const longestPemBytes = 4 * 1024 * 1024;
const silenceMs = 30_000;
/** At once; the rest waits. A build with a hundred secrets is no attack on Vault. */
const mostConnections = 16;

/** Opens the way to the server, through the proxies of the invocation's environment. Reads certificates, sends nothing. */
export async function openTransport(server: Server, host: ProviderHost): Promise<Transport> {
  const { request } = await import('undici');
  const dispatcher = await openDispatcher(server, host);
  return {
    send: async (call, signal) => {
      const query = new URLSearchParams(call.query).toString();
      const path = call.path.split('/').map(segmentOf).join('/');
      const reply = await request(`${server.base}/v1/${path}${query && `?${query}`}`, {
        method: call.method,
        headers: headersOf(call),
        body: call.body === undefined ? null : JSON.stringify(call.body),
        dispatcher,
        signal,
      });
      const retryAfter = reply.headers['retry-after'];
      return {
        status: reply.statusCode,
        retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
        text: await readText(reply.body),
      };
    },
    close: () => dispatcher.destroy(),
  };
}

/** A URL would take a part of dots for a way out of the API. */
function segmentOf(part: string): string {
  if (part !== '' && part !== '.' && part !== '..') return encodeURIComponent(part);
  throw new SafebuildError('CONFIG_INVALID', 'a path or a mount of Vault has an empty part, or one of dots only');
}

function headersOf({ token, namespace, body }: Call): Record<string, string> {
  return {
    // Agents that guard against forged requests ask for it.
    'x-vault-request': 'true',
    'user-agent': 'safebuild',
    ...(token === undefined ? {} : { 'x-vault-token': token }),
    ...(namespace ? { 'x-vault-namespace': namespace } : {}),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > longestReplyBytes) throw new SafebuildError('SOURCE_FAILED', 'an answer of Vault is larger than 8 MiB');
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function openDispatcher(server: Server, host: ProviderHost): Promise<Dispatcher> {
  const { Agent, EnvHttpProxyAgent } = await import('undici');
  const tls = await tlsOf(server);
  const common = {
    connect: { ...tls, timeout: 10_000 },
    connections: mostConnections,
    headersTimeout: silenceMs,
    bodyTimeout: silenceMs,
  };
  if (server.loopback) return new Agent(common);
  const proxy = (name: string) => host.env[name.toLowerCase()] || host.env[name] || '';
  try {
    // All three are given, if only as empty text: what is left out would be taken from our own process.
    return new EnvHttpProxyAgent({
      ...common,
      requestTls: tls,
      httpProxy: server.scheme === 'http:' ? proxy('HTTP_PROXY') : '',
      httpsProxy: server.scheme === 'https:' ? proxy('HTTPS_PROXY') : '',
      noProxy: proxy('NO_PROXY'),
    });
  } catch {
    // The error would quote the proxy's address, which may hold a password.
    throw new SafebuildError('SOURCE_FAILED', 'the proxy that the environment names is no address of one', {
      hint: 'Mend HTTPS_PROXY or HTTP_PROXY.',
    });
  }
}

interface Tls {
  rejectUnauthorized: boolean;
  ca?: string[];
  servername?: string;
  cert?: string;
  key?: string;
}

async function tlsOf(server: Server): Promise<Tls> {
  const ca = await authoritiesOf(server);
  return {
    rejectUnauthorized: !server.skipVerify,
    ...(ca.length === 0 ? {} : { ca }),
    ...(server.serverName === undefined ? {} : { servername: server.serverName }),
    ...(server.clientCert === undefined ? {} : { cert: await readPem(server.clientCert) }),
    ...(server.clientKey === undefined ? {} : { key: await readPem(server.clientKey) }),
  };
}

/** As Vault's own client has it: a certificate file goes before bytes, and these before a folder; each stands alone. */
async function authoritiesOf({ caCert, caBytes, caPath }: Server): Promise<string[]> {
  if (caCert !== undefined) return [await readPem(caCert)];
  if (caBytes !== undefined) return [caBytes];
  if (caPath === undefined) return [];
  const { path, shown } = caPath;
  const names = await readdir(path).catch(() => []);
  const texts = await Promise.all(names.map((name) => readPem({ path: join(path, name), shown }).catch(() => '')));
  const pems = texts.filter((text) => text.includes('-----BEGIN CERTIFICATE-----'));
  if (pems.length > 0) return pems;
  throw new SafebuildError('SOURCE_FAILED', `${shown} leads to no folder with certificates that can be read`);
}

async function readPem({ path, shown }: NamedPath): Promise<string> {
  const text = await readNamed(path, shown, longestPemBytes);
  if (text !== undefined) return text;
  throw new SafebuildError('SOURCE_FAILED', `${shown} leads to no file`, {
    hint: 'Name the file there; what it holds does not belong into a variable.',
  });
}
