import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { cert, key } from './self-signed.ts';

/** One request that arrived. */
export interface Arrived {
  method: string;
  /** Path and query. */
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** What a server says to a request. `never` keeps the client waiting. */
export type Answer =
  | {
      status: number;
      headers?: Record<string, string>;
      body?: string | Buffer;
      /** The connection breaks after so many bytes of the body; negative: it stays open and silent. */
      breaksAfter?: number;
    }
  | 'never';

export interface LoopbackServer {
  /** `127.0.0.1:PORT`. */
  host: string;
  port: number;
  url: string;
  arrived: Arrived[];
}

/** Runs `action` with a server that answers as told, over TLS with a certificate of its own making where asked. */
export async function withServer<T>(
  answer: (request: Arrived, server: LoopbackServer) => Answer,
  action: (server: LoopbackServer) => Promise<T>,
  { tls = false }: { tls?: boolean } = {},
): Promise<T> {
  const server: LoopbackServer = { host: '', port: 0, url: '', arrived: [] };
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const arrived = { method, url, headers, body: Buffer.concat(chunks) };
      server.arrived.push(arrived);
      const said = answer(arrived, server);
      if (said === 'never') return;
      if (said.breaksAfter === undefined) {
        response.writeHead(said.status, said.headers);
        response.end(said.body);
        return;
      }
      const body = Buffer.from(said.body ?? '');
      response.writeHead(said.status, { 'content-length': String(body.length), ...said.headers });
      const breaks = said.breaksAfter >= 0;
      response.write(body.subarray(0, Math.abs(said.breaksAfter)), () => {
        if (breaks) setTimeout(() => request.socket.destroy(), 20);
      });
    });
  };
  const listening = tls ? createTlsServer({ cert, key }, listener) : createServer(listener);
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  server.port = (listening.address() as AddressInfo).port;
  server.host = `127.0.0.1:${server.port}`;
  server.url = `${tls ? 'https' : 'http'}://${server.host}`;
  try {
    return await action(server);
  } finally {
    listening.closeAllConnections();
    await new Promise((resolve) => listening.close(resolve));
  }
}
