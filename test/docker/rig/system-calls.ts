import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { type Ended, withTempDir } from '../../helpers/docker.ts';
import { strace } from '../../helpers/testbed.ts';
import type { Workplace } from './workplace.ts';

const program = fileURLToPath(new URL('../../../bin/safebuild.js', import.meta.url));

/** What starts programs, and what takes bytes out of a process. Bytes that the kernel copies by itself are found in the files. */
const traced = 'connect,execve,write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,sendmmsg';

/** More than any call of these runs hands over; what strace cuts off would not be looked at. */
const longestText = 1 << 20;

/** One system call of safebuild or of a process below it. */
export interface SystemCall {
  pid: string;
  name: string;
  /** The descriptor in the first argument, where there is one. */
  descriptor: number | undefined;
  /** What the first argument leads to: a path, `pipe:[1]`, `socket /a/path`, or else as strace says it. */
  to: string;
  /** The whole line, its strings escaped as in C. */
  line: string;
}

/** Runs safebuild under strace; returns how it ended and all its calls, and those of its children. */
export async function systemCallsOf(
  place: Workplace,
  args: readonly string[],
  { env, input = '' }: { env: Readonly<Record<string, string>>; input?: string },
): Promise<{ ended: Ended; calls: SystemCall[] }> {
  const { command, env: own } = await strace();
  return withTempDir(async (folder) => {
    const log = join(folder, 'calls');
    const options = [
      '-f',
      '--seccomp-bpf',
      '-v',
      '-yy',
      '-s',
      `${longestText}`,
      '-e',
      `trace=${traced}`,
      '-e',
      'signal=none',
    ];
    const [strace = '', ...before] = command;
    const child = [process.execPath, '--', program, ...args];
    const ended = await execa(strace, [...before, ...options, '-o', log, '--', ...child], {
      cwd: place.folder,
      env: { ...place.env, UV_USE_IO_URING: '0', ...env, ...own },
      extendEnv: false,
      reject: false,
      input,
      timeout: 300_000,
    });
    return {
      ended: { exitCode: ended.exitCode ?? -1, stdout: String(ended.stdout), stderr: String(ended.stderr) },
      calls: withSockets((await readFile(log, 'latin1')).split('\n').flatMap(callOf)),
    };
  });
}

function callOf(line: string): SystemCall[] {
  const [, pid = '', name = '', number, to = ''] = /^(\d+) +(\w+)\((?:(\d+)<(.*?)>(?=,))?/.exec(line) ?? [];
  const descriptor = number === undefined ? undefined : Number(number);
  return name === '' ? [] : [{ pid, name, descriptor, to, line }];
}

/** The end of a connection has no path of its own: it is the one that was connected to. */
function withSockets(calls: readonly SystemCall[]): SystemCall[] {
  const paths = new Map<string, string>();
  for (const { name, to, line } of calls) {
    const path = name === 'connect' ? /sun_path="([^"]+)"/.exec(line)?.[1] : undefined;
    const inode = /^UNIX-STREAM:\[(\d+)/.exec(to)?.[1];
    if (path !== undefined && inode !== undefined) paths.set(inode, path);
  }
  return calls.map((call) => {
    const path = paths.get(/^UNIX-STREAM:\[(\d+)/.exec(call.to)?.[1] ?? '');
    return path === undefined ? call : { ...call, to: `socket ${path}` };
  });
}

/** The program, the arguments and the variables of an `execve`; undefined for any other call. */
export function execution({ name, line }: SystemCall): { program: string; argv: string; envp: string[] } | undefined {
  const match = name === 'execve' ? /execve\("((?:[^"\\]|\\.)*)", \[(.*?)\], \[(.*)\]/s.exec(line) : null;
  if (match === null) return undefined;
  const [, program = '', argv = '', envp = ''] = match;
  return { program, argv, envp: [...envp.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, variable = '']) => variable) };
}
