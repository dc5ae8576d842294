import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createAuthority } from './certificate.ts';

/** A request, read whole. */
export interface Received {
  host: string;
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface Reply {
  status: number;
  headers?: Record<string, string>;
  /** JSON. */
  body: unknown;
}

/** The hosts that a test may reach, by their real names. */
export interface Internet {
  /** For HTTPS_PROXY. */
  proxy: string;
  /** PEM of the authority that signed the hosts' certificates. */
  authority: string;
  /** Hosts for which the proxy was asked and which it does not have. */
  refused: string[];
  close(): Promise<void>;
}

/**
 * An HTTP proxy (RFC 9110, CONNECT) behind which `hosts` are served with certificates of an authority of the test's own.
 *
 * So that an SDK runs as it does at a user's behind a proxy: real host names, real TLS, and no switch for tests.
 */
export async function startInternet(hosts: Readonly<Record<string, (request: Received) => Reply>>): Promise<Internet> {
  const authority = createAuthority();
  const { certificate, key } = authority.issue(Object.keys(hosts));
  const server = createSecureServer({ cert: certificate, key }, (request, response) => {
    const host = request.headers.host?.replace(/:\d+$/, '') ?? '';
    void answer(request, response, host, hosts[host]);
  });
  const proxy = createServer((_, response) => void response.writeHead(405).end());
  const sockets = new Set<Socket>();
  const refused: string[] = [];
  proxy.on('connect', (request, socket: Socket) => {
    const [host = ''] = request.url?.split(':') ?? [];
    if (hosts[host] === undefined) {
      refused.push(host);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    const { port } = server.address() as AddressInfo;
    const inner = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      inner.pipe(socket).pipe(inner);
    });
    for (const one of [socket, inner]) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => sockets.delete(one));
    }
  });
  await Promise.all([server, proxy].map((one) => new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve))));
  return {
    proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    authority: authority.certificate,
    refused,
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all([server, proxy].map((one) => new Promise((resolve) => one.close(resolve))));
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  host: string,
  handler: ((request: Received) => Reply) | undefined,
): Promise<void> {
  const received = await receive(request, host);
  const { status, headers = {}, body } = handler?.(received) ?? { status: 421, body: {} };
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Reads a request whole. */
export async function receive(request: IncomingMessage, host: string): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const url = new URL(request.url ?? '/', `https://${host}`);
  return {
    host,
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: Buffer.concat(chunks).toString(),
  };
}
