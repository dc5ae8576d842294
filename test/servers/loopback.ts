import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What a server of a test is asked. */
export interface Asked {
  method: string;
  url: URL;
  /** Of the Authorization header, without `Bearer`. */
  token: string | undefined;
  /** Parsed JSON; undefined without a body. */
  body: unknown;
}

export interface Reply {
  status: number;
  json?: unknown;
  bytes?: Uint8Array;
  headers?: Record<string, string>;
}

export interface LoopbackServer {
  /** `http://127.0.0.1:PORT`. */
  address: string;
  /** Every request so far: `GET /path?query`. */
  requests: string[];
  stop(): Promise<void>;
}

/** Serves JSON on a port of 127.0.0.1. */
export async function serveOnLoopback(reply: (asked: Asked) => Reply): Promise<LoopbackServer> {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const { status, json, bytes, headers } = reply(await askedOf(request));
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(bytes ?? (json === undefined ? undefined : JSON.stringify(json)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function askedOf(request: IncomingMessage): Promise<Asked> {
  const body = await text(request);
  return {
    method: request.method ?? '',
    url: new URL(request.url ?? '/', 'http://127.0.0.1'),
    token: /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1],
    body: body === '' ? undefined : JSON.parse(body),
  };
}
