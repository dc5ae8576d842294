import { createColors } from 'picocolors';
import type { Paint } from '../report/index.ts';
import type { Trace } from '../trace/index.ts';
import type { ExposedProcess } from './exposure.ts';
import { withholdWords } from './unforeseen.ts';

/** The process as the commands see it. Only this folder knows the real one. */
export interface Io {
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string;
  stdin: AsyncIterable<Uint8Array>;
  stdout: Output;
  stderr: Output;
  signal: AbortSignal;
  /** The process, where it is the real one. */
  self?: ExposedProcess;
  /** Present when the user asked for a log of the run. */
  trace?: Trace;
}

export interface Output {
  isTTY: boolean;
  columns: number;
  rows: number;
  write(chunk: Uint8Array | string): Promise<void>;
  /** The stream itself, for ora. */
  stream: NodeJS.WriteStream;
}

/** The io of this process. SIGINT, SIGTERM and SIGHUP abort `signal`, so that every command can clean up. */
export function processIo(): Io {
  withholdWords(process);
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => controller.abort());
  return {
    argv: process.argv.slice(2),
    env: Object.fromEntries(
      Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
    cwd: process.cwd(),
    stdin: process.stdin as AsyncIterable<Uint8Array>,
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    signal: controller.signal,
    self: process,
  };
}

function outputOf(stream: NodeJS.WriteStream): Output {
  // Whoever reads us may stop early (`| head`): that is no error of ours.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    // A pseudo terminal without a size has no lines to draw in, and ora would count them for ever.
    isTTY: stream.isTTY === true && stream.columns !== 0,
    columns: stream.columns ?? 80,
    rows: stream.rows ?? 24,
    stream,
    write: (chunk) => new Promise((resolve) => stream.write(chunk, () => resolve())),
  };
}

/** Colours for a terminal that wants them: NO_COLOR, TERM=dumb and pipes get none. */
export function paintFor(output: Output, env: Io['env']): Paint {
  return createColors(isColoured(output, env));
}

/** Whether a terminal wants colours. */
export function isColoured(output: Output, env: Io['env']): boolean {
  const wanted = env.NO_COLOR === undefined || env.NO_COLOR === '';
  return output.isTTY && wanted && env.TERM !== 'dumb';
}
