import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { hasCode, SafebuildError } from '../errors.ts';

export interface DockerResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface DockerOptions {
  /** Variables for this one child, on top of the handle's environment. Secret values travel here, never in arguments. */
  env?: Readonly<Record<string, string>>;
  /** Bytes for the child's standard input. Default: none. */
  input?: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  signal?: AbortSignal | undefined;
}

/** A running child whose output streams are read by the caller. */
export interface DockerProcess {
  stdout: Readable;
  stderr: Readable;
  /** Resolves with the exit code: 130 when it died of SIGINT or SIGTERM, as docker itself reports both. */
  exit: Promise<number>;
}

/** The docker command line client, with the environment and working directory of the user. */
export interface Docker {
  /** Runs a short command and returns all it printed. Never throws for an exit code. */
  run(args: readonly string[], options?: DockerOptions): Promise<DockerResult>;
  /** Starts a long command.  */
  start(args: readonly string[], options?: DockerOptions): DockerProcess;
  /** Runs a command on the user's own streams, so that nothing about it differs from docker. */
  passThrough(args: readonly string[], options?: DockerOptions): Promise<number>;
}

export interface DockerHandle {
  env: Readonly<Record<string, string>>;
  cwd: string;
  /** Where `passThrough` leads docker's standard output. Default: `stdout`, as with docker. */
  stdoutTo?: 'stdout' | 'stderr';
}

/**
 * A handle on the docker client.
 *
 * Errors of execa hold argv and all output, so none of them is ever rethrown: a missing client becomes
 * ENGINE_UNAVAILABLE, everything else is an exit code.
 */
export function createDocker({ env, cwd, stdoutTo = 'stdout' }: DockerHandle): Docker {
  const base = { cwd, extendEnv: false, reject: false, stripFinalNewline: false } as const;
  const childEnv = (options: DockerOptions) => ({ ...env, ...options.env });
  return {
    async run(args, options = {}) {
      const child = execa('docker', args, {
        ...base,
        env: childEnv(options),
        stdin: options.input === undefined ? 'ignore' : 'pipe',
        maxBuffer: 64 * 1024 * 1024,
      });
      stopOn(options.signal, child);
      feed(child, options);
      const result = await child;
      refuseMissing(result);
      return { exitCode: exitCodeOf(result), stdout: String(result.stdout), stderr: String(result.stderr) };
    },
    start(args, options = {}) {
      const child = execa('docker', args, {
        ...base,
        env: childEnv(options),
        stdin: options.input === undefined ? 'inherit' : 'pipe',
        buffer: false,
        encoding: 'buffer',
      });
      stopOn(options.signal, child);
      feed(child, options);
      const exit = child.then((result) => {
        refuseMissing(result);
        return exitCodeOf(result);
      });
      // A missing client rejects before anybody awaits; the caller still sees the rejection when it awaits `exit`.
      exit.catch(() => undefined);
      return {
        stdout: child.stdout as Readable,
        stderr: child.stderr as Readable,
        exit,
      };
    },
    async passThrough(args, options = {}) {
      const stdin = options.input === undefined ? 'inherit' : 'pipe';
      const child = execa('docker', args, {
        ...base,
        env: childEnv(options),
        stdio: [stdin, stdoutTo === 'stderr' ? 2 : 'inherit', 'inherit'],
      });
      stopOn(options.signal, child);
      feed(child, options);
      const result = await child;
      refuseMissing(result);
      return exitCodeOf(result);
    },
  };
}

interface Child {
  kill(signal: 'SIGINT'): boolean;
  stdin: NodeJS.WritableStream | null;
  then(done: () => void, failed: () => void): unknown;
}

/** BuildKit cancels its steps on SIGINT and leaves a clean cache; SIGKILL would leave them running. */
function stopOn(signal: AbortSignal | undefined, child: Child): void {
  if (signal === undefined) return;
  const stop = (): void => {
    child.kill('SIGINT');
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  const done = (): void => signal.removeEventListener('abort', stop);
  child.then(done, done);
}

function feed(child: Child, options: DockerOptions): void {
  if (options.input === undefined || child.stdin === null) return;
  const stdin = child.stdin;
  // A child that fails early closes its standard input; its exit code says why.
  stdin.on('error', () => undefined);
  const input = options.input instanceof Uint8Array ? [options.input] : options.input;
  void (async () => {
    try {
      for await (const chunk of input) {
        if (!stdin.writable) return;
        if (!stdin.write(chunk)) await new Promise<void>((resolve) => afterDrain(stdin, resolve));
      }
      stdin.end();
    } catch {
      // The child must not take half an input for a whole one.
      child.kill('SIGINT');
    }
  })();
}

/** Resolves when there is room again, or nobody to read it any more. */
function afterDrain(stream: NodeJS.WritableStream, resolve: () => void): void {
  const done = (): void => {
    stream.removeListener('drain', done);
    stream.removeListener('close', done);
    resolve();
  };
  stream.on('drain', done);
  stream.on('close', done);
}

interface ExecaOutcome {
  exitCode?: number | undefined;
  signal?: string | undefined;
  code?: string | undefined;
  cause?: unknown;
}

function exitCodeOf(result: ExecaOutcome): number {
  if (result.exitCode !== undefined) return result.exitCode;
  return result.signal === 'SIGINT' || result.signal === 'SIGTERM' ? 130 : 1;
}

function refuseMissing(result: ExecaOutcome): void {
  if (result.code === 'ENOENT' || hasCode(result.cause, 'ENOENT')) {
    throw new SafebuildError('ENGINE_UNAVAILABLE', 'The docker command line client was not found on PATH.', {
      hint: 'Install Docker with its buildx plugin, or put `docker` on PATH.',
    });
  }
}
