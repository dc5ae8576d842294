import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, type Options } from 'execa';
import type { Engine } from './testbed.ts';

/** What a process did: its exit code and everything that it printed. */
export interface Ended {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs `docker` on an engine; a failure is returned, never thrown. */
export async function tryDocker(engine: Engine, args: readonly string[], options: Options = {}): Promise<Ended> {
  const ended = await execa('docker', args, { ...options, env: { ...engine.env }, extendEnv: false, reject: false });
  return { exitCode: ended.exitCode ?? -1, stdout: String(ended.stdout), stderr: String(ended.stderr) };
}

/** Runs `docker` on an engine and returns its stdout; throws with its stderr when it fails. */
export async function docker(engine: Engine, args: readonly string[], options: Options = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await tryDocker(engine, args, options);
  if (exitCode !== 0) throw new Error(`docker ${args.join(' ')} on ${engine.name} ended with ${exitCode}: ${stderr}`);
  return stdout;
}

/** Deletes the images of a test, by name or ID. Untagged ones of a private engine go when its last user leaves. */
export async function removeImages(engine: Engine, images: readonly string[]): Promise<void> {
  await tryDocker(engine, ['image', 'rm', '--force', ...images]);
}

/** Runs `action` with an empty folder, and deletes it afterwards whatever happened. */
export async function withTempDir<T>(action: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'safebuild-test-'));
  try {
    return await action(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
