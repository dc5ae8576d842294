import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { docker } from './docker.ts';
import type { Engine } from './testbed.ts';

/** A builder that is no engine, as one in a cluster is: buildx's `remote` driver. */
export interface RemoteBuilder {
  /** For `--builder`. */
  name: string;
  /** With these variables docker and safebuild know it, and nobody else does. */
  env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Starts a remote builder without any BuildKit image: the one inside the engine's dockerd.
 *
 * dockerd speaks BuildKit's protocol behind an HTTP upgrade of `/grpc`, which is how the docker driver reaches it. Whoever
 * connects to our socket gets a connection that is upgraded already, and so takes it for a buildkitd. `driverOptions` are
 * buildx's, e.g. `default-load=true`.
 */
export async function startRemoteBuilder(
  engine: Engine,
  driverOptions: readonly string[] = [],
): Promise<RemoteBuilder> {
  // The path of a socket has to be short (unix(7): 107 bytes).
  const folder = await mkdtemp(join(tmpdir(), 'sb-rb-'));
  const [name, env] = ['safebuild-remote', { BUILDX_CONFIG: folder }];
  const open = new Set<Socket>();
  const server = createServer((client) => {
    open.add(client);
    client.on('close', () => open.delete(client));
    connectToBuildKit(client, engine);
  });
  const socket = join(folder, 'sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const stop = async (): Promise<void> => {
    for (const client of open) client.destroy();
    await close(server);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const options = driverOptions.flatMap((option) => ['--driver-opt', option]);
    const create = ['buildx', 'create', '--name', name, '--driver', 'remote', ...options, `unix://${socket}`];
    await docker({ ...engine, env: { ...engine.env, ...env } }, create);
  } catch (error) {
    await stop();
    throw error;
  }
  return { name, env, stop };
}

const upgrade = 'POST /grpc HTTP/1.1\r\nHost: docker\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n';

function connectToBuildKit(client: Socket, engine: Engine): void {
  // The docker command knows every way to an engine: socket, TLS, ssh, context.
  const dial = spawn('docker', ['system', 'dial-stdio'], {
    env: { ...engine.env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let head = Buffer.alloc(0);
  const onHead = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    dial.stdout.off('data', onHead);
    if (!head.toString('latin1').startsWith('HTTP/1.1 101 ')) {
      client.destroy();
      return;
    }
    client.write(head.subarray(end + 4));
    dial.stdout.pipe(client);
    client.pipe(dial.stdin);
  };
  dial.stdout.on('data', onHead);
  dial.stdin.write(upgrade);
  // Either end may go first. The docker command answers no milder signal while the engine is silent.
  dial.stdin.on('error', () => client.destroy());
  dial.on('error', () => client.destroy());
  dial.on('close', () => client.destroy());
  client.on('error', () => client.destroy());
  client.on('close', () => dial.kill('SIGKILL'));
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
