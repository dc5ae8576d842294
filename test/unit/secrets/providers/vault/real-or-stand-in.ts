import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startStandIn } from '../../../../servers/vault/start.ts';

/** A Vault to test against, whatever it is. */
export interface AnyVault {
  url: string;
  rootToken: string;
  close(): Promise<void>;
}

/** The servers on PATH, OpenBao's and HashiCorp's: each runs the same tests as the stand-in. */
export function realServers(): string[] {
  return ['bao', 'vault'].filter((program) =>
    (process.env.PATH ?? '').split(delimiter).some((folder) => {
      try {
        accessSync(join(folder, program), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    }),
  );
}

/** Starts the stand-in, or a real server in dev mode, which keeps everything in memory. */
export async function startVault(kind: string): Promise<AnyVault> {
  if (kind === 'stand-in') {
    const { url, core, close } = await startStandIn();
    return { url, rootToken: core.rootToken, close };
  }
  const [rootToken, port] = ['not-a-secret-root-7f3a91c2d4e8', await freePort()];
  const listen = `127.0.0.1:${port}`;
  // A home of its own: a dev server writes its root token to ~/.vault-token.
  const env = { PATH: process.env.PATH ?? '', HOME: mkdtempSync(join(tmpdir(), 'safebuild-vault-')) };
  const words = ['server', '-dev', `-dev-root-token-id=${rootToken}`, `-dev-listen-address=${listen}`];
  const child = spawn(kind, words, { env, stdio: 'ignore' });
  const url = `http://${listen}`;
  await untilHealthy(url, child);
  return {
    url,
    rootToken,
    close: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
    },
  };
}

async function untilHealthy(url: string, child: ChildProcess): Promise<void> {
  for (let tried = 0; tried < 150; tried++) {
    if (child.exitCode !== null) throw new Error('the server ended at once');
    const healthy = await fetch(`${url}/v1/sys/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (healthy) return;
    await sleep(200);
  }
  child.kill();
  throw new Error('the server did not come up in 30 seconds');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
