import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, isAbsolute } from 'node:path';
import { hasCode, SafebuildError } from '../../errors.ts';
import { collectPrinted } from '../../printed.ts';
import type { ProviderHost, RunOptions, RunResult } from './provider.ts';

/** Far more than any value; a program that never stops printing must not fill the memory. */
const maxPrintedBytes = 8 * 1024 * 1024;

/** One that does not end when it is asked to. */
const graceMs = 2_000;

export interface RunnerOptions {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Asked at each run: what stops it. */
  signal(): AbortSignal;
}

/**
 * What runs the programs of providers: found on PATH, without a shell, with pipes for all streams.
 *
 * Throws SOURCE_FAILED where the program is not there, was stopped, or printed too much. Node's own errors, which hold words
 * and environment, are never passed on.
 */
export function createRunner({ cwd, env, signal }: RunnerOptions): ProviderHost['run'] {
  return async (program, words, options = {}) => {
    const stop = signal();
    if (stop.aborted) throw stopped(program);
    const child = start(program, words, { cwd, env }, options);
    const kill = (): void => {
      child.kill('SIGTERM');
      // What it started may keep its pipes, and would keep us waiting.
      if (child.exitCode !== null || child.signalCode !== null) hangUp(child);
      else child.once('exit', () => hangUp(child));
      setTimeout(() => child.kill('SIGKILL'), graceMs).unref();
    };
    stop.addEventListener('abort', kill, { once: true });
    try {
      const result = await finished(program, child, options.input);
      if (stop.aborted) throw stopped(program);
      return result;
    } finally {
      stop.removeEventListener('abort', kill);
    }
  };
}

function hangUp({ stdout, stderr }: ChildProcess): void {
  stdout?.destroy();
  stderr?.destroy();
}

function start(
  program: string,
  words: readonly string[],
  { cwd, env }: Pick<RunnerOptions, 'cwd' | 'env'>,
  options: RunOptions,
): ChildProcess {
  try {
    return spawn(program, words, {
      cwd: options.cwd ?? cwd,
      env: { ...env, ...options.env, ...safePath(env) },
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
  } catch {
    throw new SafebuildError('SOURCE_FAILED', `${program} could not be started`);
  }
}

/** A relative folder on PATH would find programs in the project. */
function safePath({ PATH }: RunnerOptions['env']): { PATH?: string } {
  if (PATH === undefined) return {};
  // An empty PATH means the current folder.
  return { PATH: PATH.split(delimiter).filter(isAbsolute).join(delimiter) || '/usr/bin' };
}

async function finished(program: string, child: ChildProcess, input: Uint8Array | undefined): Promise<RunResult> {
  if (input !== undefined) {
    // One that does not read its input says why with its exit code.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  }
  const printed = [child.stdout, child.stderr].map((stream) =>
    collectPrinted(stream, maxPrintedBytes, () => child.kill('SIGKILL')),
  );
  const [code] = (await once(child, 'close').catch((error: unknown) => {
    const missing = hasCode(error, 'ENOENT');
    throw new SafebuildError('SOURCE_FAILED', `${program} ${missing ? 'was not found' : 'could not be started'}`, {
      hint: missing ? `Install ${program}, or put it on PATH.` : `Check that you may run ${program}.`,
    });
  })) as [number | null];
  const [stdout, stderr] = await Promise.all(printed);
  if (stdout === undefined || stderr === undefined) {
    throw new SafebuildError('SOURCE_FAILED', `${program} prints more than any value is long`);
  }
  return { exitCode: code ?? -1, stdout, stderr: stderr.toString('utf8') };
}

function stopped(program: string): SafebuildError {
  return new SafebuildError('SOURCE_FAILED', `${program} was stopped before it had ended`);
}
