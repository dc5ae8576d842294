import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { token } from './idiom.ts';

/** A git server and a file server on loopback. */
export interface PrivateServer {
  /** `127.0.0.1:PORT` */
  host: string;
  stop(): Promise<void>;
}

/**
 * Serves a repository (`/git/lib.git`, by git's own http-backend) and a file (`/files/data.txt`) to whoever has the token:
 * Basic with any user, Bearer, PRIVATE-TOKEN, or `private_token=` in the address, as code forges take it.
 */
export async function startPrivateServer(): Promise<PrivateServer> {
  const root = await mkdtemp(join(tmpdir(), 'safebuild-git-'));
  await makeRepository(root);
  const server = createServer((request, response) => {
    if (!isKnown(request)) response.writeHead(401, { 'www-authenticate': 'Basic realm="private"' }).end();
    else if (request.url?.startsWith('/git/')) backend(root, request, response);
    else if (request.url?.startsWith('/files/data.txt')) response.end('what only members get\n');
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await rm(root, { recursive: true, force: true });
    },
  };
}

function isKnown({ headers, url = '' }: IncomingMessage): boolean {
  const { authorization = '' } = headers;
  const [scheme = '', credentials = ''] = authorization.split(' ');
  if (headers['private-token'] === token || url.includes(`private_token=${token}`)) return true;
  if (/^bearer$/i.test(scheme)) return credentials === token;
  return /^basic$/i.test(scheme) && Buffer.from(credentials, 'base64').toString().endsWith(`:${token}`);
}

async function makeRepository(root: string): Promise<void> {
  const work = join(root, 'work');
  const git = (...args: string[]): void => {
    const env = { PATH: process.env.PATH, HOME: root, GIT_CONFIG_NOSYSTEM: '1', ...author };
    execFileSync('git', args, { cwd: root, env, stdio: 'ignore' });
  };
  git('init', '-q', '-b', 'main', work);
  await writeFile(join(work, 'lib.txt'), 'a private library\n');
  git('-C', work, 'add', '.');
  git('-C', work, 'commit', '-q', '-m', 'first');
  git('clone', '-q', '--bare', work, join(root, 'lib.git'));
}

const date = '2026-01-01T00:00:00Z';
const author = {
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_AUTHOR_DATE: date,
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.com',
  GIT_COMMITTER_DATE: date,
};

/** Runs git's CGI program: the smart protocol itself (git-http-backend(1)). */
function backend(root: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: url.pathname.replace(/^\/git/, ''),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_USER: 'ci',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.once('close', () => {
    const all = Buffer.concat(chunks);
    const end = all.indexOf('\r\n\r\n');
    const headers = all
      .toString('latin1', 0, end)
      .split('\r\n')
      .map((line) => line.split(': ') as [string, string]);
    const status = headers.find(([name]) => name.toLowerCase() === 'status')?.[1];
    for (const [name, value] of headers) if (name.toLowerCase() !== 'status') response.setHeader(name, value);
    response.writeHead(Number(status?.slice(0, 3) ?? 200)).end(all.subarray(end + 4));
  });
}
