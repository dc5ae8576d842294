import { spawn } from 'node:child_process';
import { TestbedFailure } from './failure.mjs';

/**
 * Runs a program to its end and collects what it printed.
 *
 * Throws `TestbedFailure` with the last lines of stderr when it cannot be started or ends with another code than 0;
 * with `allowFailure` it returns instead, code 127 for a program that is not there.
 *
 * @param {string} file
 * @param {readonly string[]} [args]
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, allowFailure?: boolean, stdin?: import('node:stream').Readable }} [options]
 * @returns {Promise<{ exitCode: number, stdout: string, stderr: string }>}
 */
export async function run(file, args = [], { cwd, env, allowFailure = false, stdin } = {}) {
  const child = spawn(file, args, { cwd, env, stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
  if (stdin !== undefined) {
    // a reader that stops early is reported by its exit code
    child.stdin.on('error', () => undefined);
    stdin.pipe(child.stdin);
  }
  const [exitCode, stdout, stderr] = await Promise.all([exit(child), text(child.stdout), text(child.stderr)]);
  if (exitCode !== 0 && !allowFailure) {
    const command = [file, ...args].join(' ').slice(0, 200);
    const last = stderr.trimEnd().split('\n').slice(-5).join('\n  ');
    throw new TestbedFailure(`${command}\n  ended with ${exitCode}: ${last}`);
  }
  return { exitCode, stdout, stderr };
}

function exit(child) {
  return new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('close', (code) => resolve(code ?? 1));
  });
}

async function text(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
