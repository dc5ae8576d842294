import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { Core } from './core.ts';
import type { Reply, Request } from './model.ts';

/** One request that the stand-in answered. */
export interface Seen {
  method: string;
  path: string;
  namespace: string | undefined;
  token: string | undefined;
  status: number;
}

/** A running stand-in for Vault; it says so wherever tests tell what they ran against. */
export interface StandIn {
  url: string;
  core: Core;
  seen: Seen[];
  /** Answers in place of Vault where it gives a reply: what breaks in the real world. */
  interfere: ((request: Request) => Reply | undefined) | undefined;
  /** Holds back finished answers until it resolves. */
  gate: ((request: Request) => Promise<void> | undefined) | undefined;
  close(): Promise<void>;
}

/** Starts a stand-in on loopback, with TLS where a certificate is given. */
export async function startStandIn({ tls, port = 0 }: { tls?: TlsOptions; port?: number } = {}): Promise<StandIn> {
  const core = new Core();
  const standIn: StandIn = {
    url: '',
    core,
    seen: [],
    interfere: undefined,
    gate: undefined,
    close: async () => {
      listening.closeAllConnections();
      await new Promise((resolve) => listening.close(resolve));
    },
  };
  const listener: RequestListener = (incoming, outgoing) => {
    void answer(standIn, incoming).then(({ status, body, raw, headers }) => {
      outgoing.writeHead(status, { 'content-type': 'application/json', ...headers });
      outgoing.end(raw ?? (body === undefined ? undefined : JSON.stringify(body)));
    });
  };
  const listening = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => listening.listen(port, '127.0.0.1', resolve));
  const { port: taken } = listening.address() as AddressInfo;
  standIn.url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${taken}`;
  return standIn;
}

async function answer(standIn: StandIn, incoming: IncomingMessage): Promise<Reply> {
  const request = await readRequest(incoming);
  const reply = standIn.interfere?.(request) ?? (await standIn.core.handle(request));
  const { method, path, namespace, token } = request;
  standIn.seen.push({ method, path, namespace, token, status: reply.status });
  await standIn.gate?.(request);
  return reply;
}

async function readRequest(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const url = new URL(incoming.url ?? '', 'http://vault.example.com');
  const header = (name: string): string | undefined => {
    const value = incoming.headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const text = Buffer.concat(chunks).toString('utf8');
  return {
    method: incoming.method ?? '',
    path: decodeURIComponent(url.pathname.replace(/^\/v1\//, '')),
    query: url.searchParams,
    token: header('x-vault-token'),
    namespace: header('x-vault-namespace'),
    wrapTtl: header('x-vault-wrap-ttl'),
    headers: incoming.headers,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}
