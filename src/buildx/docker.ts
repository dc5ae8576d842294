import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { hasCode, SafebuildError } from '../errors.ts';
import { collectPrinted } from '../printed.ts';
import { type EngineAnswer, EngineApi, type EngineLine, type EngineRequest } from './engine-api.ts';

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
  /** What `signal` sends to the child. Default: SIGINT. */
  stopBy?: 'SIGINT' | 'SIGKILL';
}

/** A running child whose output streams are read by the caller. */
export interface DockerProcess {
  stdout: Readable;
  stderr: Readable;
  /** Resolves with the exit code: 130 when it died of SIGINT or SIGTERM, as docker itself reports both. */
  exit: Promise<number>;
}

/** The docker command line client and the engine behind it, with the environment and working directory of the user. */
export interface Docker {
  /** Runs a short command and returns all it printed. Never throws for an exit code. */
  run(args: readonly string[], options?: DockerOptions): Promise<DockerResult>;
  /** Starts a long command.  */
  start(args: readonly string[], options?: DockerOptions): DockerProcess;
  /** Asks the engine itself, as `EngineApi` does. */
  ask(request: EngineRequest): Promise<EngineAnswer | undefined>;
  /** Runs a command on the user's own streams, so that nothing about it differs from docker. */
  passThrough(args: readonly string[], options?: DockerOptions): Promise<number>;
}

export interface DockerHandle {
  env: Readonly<Record<string, string>>;
  cwd: string;
  /** Where `passThrough` leads docker's standard output. Default: `stdout`, as with docker. */
  stdoutTo?: 'stdout' | 'stderr';
  /** Told of every child, with what stops it; what it returns is called when the child has ended. */
  watch?: (stop: () => void) => () => void;
}

/** More than any short command prints; a program that never stops printing must not fill the memory. */
const maxPrintedBytes = 64 * 1024 * 1024;

/**
 * A handle on the docker client.
 *
 * Node's own errors may quote arguments and environment, so none of them is ever rethrown: a missing client becomes
 * ENGINE_UNAVAILABLE, everything else is an exit code.
 */
export function createDocker({ env, cwd, stdoutTo = 'stdout', watch }: DockerHandle): Docker {
  const begin = (args: readonly string[], stdio: StdioOptions, options: DockerOptions): Started => {
    const started = startChild(args, { cwd, env: { ...env, ...options.env }, stdio });
    const { child, ended } = started;
    if (child === undefined) return started;
    const forget = watch?.(() => child.kill());
    if (forget) void ended.then(forget, forget);
    stopOn(options, child, ended);
    feed(child, options);
    return started;
  };
  const engine = new EngineApi(() => lineOf(begin(['system', 'dial-stdio'], ['pipe', 'pipe', 'ignore'], {})));
  return {
    ask: (request) => engine.ask(request),
    async run(args, options = {}) {
      const stdin = options.input === undefined ? 'ignore' : 'pipe';
      const { child, ended } = begin(args, [stdin, 'pipe', 'pipe'], options);
      const printed = [child?.stdout, child?.stderr].map((stream) =>
        collectPrinted(stream, maxPrintedBytes, () => child?.kill()),
      );
      const exitCode = await ended;
      const [stdout, stderr] = await Promise.all(printed);
      if (stdout === undefined || stderr === undefined) return { exitCode: exitCode || 1, stdout: '', stderr: '' };
      return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
    },
    start(args, options = {}) {
      const stdin = options.input === undefined ? 'inherit' : 'pipe';
      const { child, ended } = begin(args, [stdin, 'pipe', 'pipe'], options);
      // A missing client rejects before anybody awaits; the caller still sees the rejection when it awaits `exit`.
      ended.catch(() => undefined);
      return { stdout: child?.stdout ?? nothing(), stderr: child?.stderr ?? nothing(), exit: ended };
    },
    async passThrough(args, options = {}) {
      const stdin = options.input === undefined ? 'inherit' : 'pipe';
      return begin(args, [stdin, stdoutTo === 'stderr' ? 2 : 'inherit', 'inherit'], options).ended;
    },
  };
}

interface Started {
  /** Absent where the system would not even try. */
  child?: ChildProcess;
  ended: Promise<number>;
}

function lineOf({ child, ended }: Started): EngineLine | undefined {
  if (!child?.stdin || !child.stdout) return undefined;
  const ends = [child, child.stdin, child.stdout] as unknown as { ref(): void; unref(): void }[];
  return {
    input: child.stdin,
    output: child.stdout,
    ended,
    // docker's client notes a SIGINT here, and goes on copying.
    hangUp: () => void child.kill('SIGKILL'),
    hold(holds) {
      for (const end of ends) holds ? end.ref() : end.unref();
    },
  };
}

function startChild(
  args: readonly string[],
  options: { cwd: string; env: Readonly<Record<string, string>>; stdio: StdioOptions },
): Started {
  let child: ChildProcess;
  try {
    child = spawn('docker', args, { ...options, windowsHide: true });
  } catch {
    return { ended: Promise.resolve(1) };
  }
  const ended = (async (): Promise<number> => {
    try {
      const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
      return code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 130 : 1);
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) return 1;
      throw new SafebuildError('ENGINE_UNAVAILABLE', 'The docker command line client was not found on PATH.', {
        hint: 'Install Docker with its buildx plugin, or put `docker` on PATH.',
      });
    }
  })();
  // A second error, of a signal that cannot be sent, must not end the process.
  child.on('error', () => undefined);
  return { child, ended };
}

function nothing(): Readable {
  return new PassThrough().end();
}

/** BuildKit cancels its steps on SIGINT and leaves a clean cache; SIGKILL would leave them running. */
function stopOn({ signal, stopBy = 'SIGINT' }: DockerOptions, child: ChildProcess, ended: Promise<number>): void {
  if (signal === undefined) return;
  const stop = (): void => {
    child.kill(stopBy);
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  const done = (): void => signal.removeEventListener('abort', stop);
  ended.then(done, done);
}

function feed(child: ChildProcess, options: DockerOptions): void {
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
