import { readlinkSync } from 'node:fs';
import type { BuildHost } from '../build/host.ts';
import { dockerFor } from './docker.ts';
import { runnerReads } from './github.ts';
import { type Io, isColoured } from './io.ts';
import { createLiveView, createPhase } from './live.ts';

export interface HostOptions {
  /** Standard output belongs to `--json`. */
  quietStdout: boolean;
}

/** The outside world of the library, made of the real process. */
export function hostFor(io: Io, { quietStdout }: HostOptions): BuildHost {
  const live =
    io.stderr.isTTY && io.env.TERM !== 'dumb' ? { live: createLiveView(io.stderr, isColoured(io.stderr, io.env)) } : {};
  const show = createPhase(io.stderr, isColoured(io.stderr, io.env));
  return {
    cwd: io.cwd,
    env: io.env,
    docker: dockerFor(io, quietStdout ? 'stderr' : 'stdout'),
    pid: process.pid,
    isAlive,
    pidNamespace: pidNamespace(),
    signal: io.signal,
    terminal: io.stderr.isTTY,
    stdin: io.stdin,
    output: { stderr: (chunk) => void io.stderr.write(chunk), ...live },
    stdout: (chunk) => (quietStdout ? Promise.resolve() : io.stdout.write(chunk)),
    runnerReads: runnerReads(io.env),
    ...(io.trace ? { trace: io.trace } : {}),
    phase(text) {
      io.trace?.phase(text);
      show(text);
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is alive too.
    return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EPERM';
  }
}

function pidNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '';
  } catch {
    return '';
  }
}
