import { randomBytes } from 'node:crypto';
import { lstat, rename, rm, writeFile } from 'node:fs/promises';
import { arch, platform, release } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Docker } from '../buildx/index.ts';
import { SafebuildError } from '../errors.ts';
import { createTrace, shownCommand } from '../trace/index.ts';
import { dockerFor } from './docker.ts';
import type { Io } from './io.ts';
import { readArguments } from './own-flags.ts';

/** An engine that does not answer must not hold up the log that is to tell about it. */
const answerWithinMs = 5000;

export interface TracedRun {
  /** The command line without `--trace`. */
  argv: readonly string[];
  /** Where the log goes; absent when nobody asked for one. */
  path?: string;
}

/** Takes `--trace FILE` out of a command line; SAFEBUILD_TRACE says the same. Throws USAGE without a file. */
export function takeTrace(argv: readonly string[], env: Io['env']): TracedRun {
  const variable = env.SAFEBUILD_TRACE || undefined;
  if (!argv.some((word) => word === '--trace' || word.startsWith('--trace='))) {
    return { argv, ...(variable === undefined ? {} : { path: variable }) };
  }
  const args = readArguments(argv, new Map([['trace', 'one']]));
  let path = variable;
  const rest: string[] = [];
  for (const arg of args) {
    if (arg.kind !== 'flag' || arg.name !== 'trace') {
      rest.push(...arg.raw);
      continue;
    }
    if (!arg.value) throw new SafebuildError('USAGE', '--trace needs a file.', { hint: 'Write --trace FILE.' });
    path = arg.value;
  }
  return { argv: rest, ...(path === undefined ? {} : { path }) };
}

/**
 * Runs `action` with a trace, and writes that when it has ended, however it ended; returns its exit code.
 *
 * The file is the user's alone (0600). `--trace` tells its place on standard error, last of all.
 */
export async function withTrace(
  { argv, path }: TracedRun,
  version: string,
  io: Io,
  action: (io: Io) => Promise<number>,
): Promise<number> {
  if (path === undefined) return action(io);
  const trace = createTrace(() => performance.now(), io.env.HOME);
  trace.note(`safebuild ${version}, node ${process.version}, ${platform()} ${release()} ${arch()}`);
  trace.note(`asked: safebuild ${shownCommand(argv).join(' ')}`);
  const exitCode = await action({ ...io, trace });
  trace.note(`ended with exit code ${exitCode}`);
  trace.note(await versions(dockerFor(io)));
  const written = await writePrivate(resolve(io.cwd, path), trace.text());
  await io.stderr.write(
    written
      ? `safebuild: the trace of this run is in ${path}: it holds no values, but names and paths\n`
      : `safebuild: the trace of this run could not be written to ${path}\n`,
  );
  return exitCode;
}

/** A new file in the place of an old one, which may be open to others; what is no regular file is left alone. */
async function writePrivate(path: string, text: string): Promise<boolean> {
  const draft = join(dirname(path), `.safebuild-${randomBytes(6).toString('hex')}.tmp`);
  try {
    const there = await lstat(path).catch(() => undefined);
    if (there !== undefined && !there.isFile()) return false;
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
    await rename(draft, path);
    return true;
  } catch {
    await rm(draft, { force: true });
    return false;
  }
}

async function versions(docker: Docker): Promise<string> {
  const signal = AbortSignal.timeout(answerWithinMs);
  const ask = async (...args: string[]): Promise<string> => {
    const { exitCode, stdout } = await docker.run(args, { signal }).catch(() => ({ exitCode: 1, stdout: '' }));
    const answer = stdout.trim().split('\n')[0] ?? '';
    return exitCode === 0 && /^[\w.+~:/ -]{1,120}$/.test(answer) ? answer : 'no answer';
  };
  const [client, engine, buildx] = await Promise.all([
    ask('version', '--format', '{{.Client.Version}}'),
    ask('version', '--format', '{{.Server.Version}}'),
    ask('buildx', 'version'),
  ]);
  return `docker client ${client}, engine ${engine}, buildx ${buildx}`;
}
