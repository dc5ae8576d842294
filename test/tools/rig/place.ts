import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A home folder of a test's own, and the environment of programs in it. */
export interface Place {
  folder: string;
  env: Record<string, string>;
  /** Runs a real program here; rejects with its stderr when it fails. */
  run(program: string, words: readonly string[], input?: string | Uint8Array): Promise<string>;
  remove(): Promise<void>;
}

/** Makes a place; the path is short, for the sockets of agents. */
export async function makePlace(env: Readonly<Record<string, string>> = {}): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'sb-'));
  const all = { PATH: process.env.PATH ?? '', HOME: folder, XDG_RUNTIME_DIR: folder, GNUPGHOME: folder, ...env };
  return {
    folder,
    env: all,
    run: (program, words, input = '') => runHere(program, words, { cwd: folder, env: all }, input),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function runHere(
  program: string,
  words: readonly string[],
  options: { cwd: string; env: Record<string, string> },
  input: string | Uint8Array,
): Promise<string> {
  const child = spawn(program, words, options);
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk) => out.push(chunk));
  child.stderr.on('data', (chunk) => err.push(chunk));
  child.stdin.on('error', () => undefined).end(input);
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${Buffer.concat(err)}`);
  return Buffer.concat(out).toString();
}
