import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestbedFailure } from '../failure.mjs';

const startTimeoutMs = 30_000;
const setpriv = '/usr/bin/setpriv';

/**
 * Starts a server program on a free port of 127.0.0.1, and waits until it answers HTTP.
 *
 * It is told its port by `args(port)`. It ends with `stop()`, and on Linux also when this process dies in any way.
 *
 * @param {string} file
 * @param {(port: number) => readonly string[] | Promise<readonly string[]>} args
 * @param {{ cwd: string, env?: Record<string, string> }} options
 * @returns {Promise<{ port: number, stop: () => Promise<void> }>}
 */
export async function startServer(file, args, { cwd, env = {} }) {
  const port = await freePort();
  const command = [file, ...(await args(port))];
  if (existsSync(setpriv)) command.unshift(setpriv, '--pdeathsig', 'TERM');
  const [program, ...rest] = command;
  const child = spawn(program, rest, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      printed = (printed + chunk).slice(-4000);
    });
  }
  const ended = new Promise((resolve) => {
    child.once('error', resolve);
    child.once('close', resolve);
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  const deadline = Date.now() + startTimeoutMs;
  while (!(await answers(port))) {
    if (child.exitCode !== null || child.pid === undefined || Date.now() > deadline) {
      await stop();
      throw new TestbedFailure(`${file} did not start: ${printed.trimEnd().split('\n').slice(-5).join('\n  ')}`);
    }
    await sleep(50);
  }
  return { port, stop };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(port) {
  try {
    await (await fetch(`http://127.0.0.1:${port}/`)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
