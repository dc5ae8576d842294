import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Ended } from './docker.ts';
import type { Engine } from './testbed.ts';

const program = fileURLToPath(new URL('../../bin/safebuild.js', import.meta.url));

export interface SafebuildOptions {
  /** Without one, no docker is on PATH: for what must work, or fail well, without an engine. */
  engine?: Engine;
  cwd: string;
  /** Added to a bare environment: nothing of the machine's own reaches the run. */
  env?: Readonly<Record<string, string>>;
  input?: string | Uint8Array;
  /** When it aborts, the run gets SIGINT, as from Ctrl-C. */
  signal?: AbortSignal;
}

/** Runs the built safebuild as a user in CI does: no terminal, its own environment. A failure is returned, not thrown. */
export async function safebuild(args: readonly string[], options: SafebuildOptions): Promise<Ended> {
  const { engine, cwd, env, input, signal } = options;
  const ended = await execa(process.execPath, ['--', program, ...args], {
    cwd,
    // another engine's client may need the user's own ~/.docker
    env: { NO_COLOR: '1', ...engine?.env, ...(engine?.ours === false ? {} : { HOME: cwd }), ...env },
    extendEnv: false,
    reject: false,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    ...(signal === undefined
      ? {}
      : ({ cancelSignal: signal, killSignal: 'SIGINT', forceKillAfterDelay: false } as const)),
  });
  return { exitCode: ended.exitCode ?? -1, stdout: String(ended.stdout), stderr: String(ended.stderr) };
}
