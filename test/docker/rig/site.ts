import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { docker, tryDocker } from '../../helpers/docker.ts';
import type { Engine } from '../../helpers/testbed.ts';

/** What a path of a site is answered with. */
export interface Answer {
  path: string;
  status: number;
  type: string | null;
  body: string;
}

const startTimeoutMs = 30_000;

/** Runs an image, whose server listens on this port of the host, and asks it for each path. Redirects are followed. */
export async function visit(
  engine: Engine,
  image: string,
  { port, paths, flags }: { port: number; paths: readonly string[]; flags: readonly string[] },
): Promise<Answer[]> {
  const container = await docker(engine, ['run', '--detach', '--network=host', ...flags, image]);
  try {
    await untilItAnswers(engine, container, port);
    const answers: Answer[] = [];
    for (const path of paths) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      const type = response.headers.get('content-type');
      answers.push({ path, status: response.status, type, body: await response.text() });
    }
    return answers;
  } finally {
    await tryDocker(engine, ['rm', '--force', container]);
  }
}

async function untilItAnswers(engine: Engine, container: string, port: number): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  while (!(await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined))) {
    const running = await docker(engine, ['inspect', '--format', '{{.State.Running}}', container]);
    if (running !== 'true' || Date.now() > deadline) {
      const { stdout, stderr } = await tryDocker(engine, ['logs', container]);
      throw new Error(`the server does not answer on port ${port}:\n${stdout}\n${stderr}`);
    }
    await sleep(100);
  }
}

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a server without a port');
  return address.port;
}
