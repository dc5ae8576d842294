import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const memory = '/dev/shm';

/** Folders to move from: beside the destination, and on another file system where the machine has one. */
export const sources: readonly string[] = await otherFileSystem().then((other) => [tmpdir(), ...other]);

async function otherFileSystem(): Promise<string[]> {
  const other = await stat(memory).catch(() => undefined);
  return other === undefined || other.dev === (await stat(tmpdir())).dev ? [] : [memory];
}

/** Runs `action` with an empty folder in each of `parents`, and deletes them afterwards whatever happened. */
export async function withFolders(
  parents: readonly string[],
  action: (...dirs: string[]) => Promise<void>,
): Promise<void> {
  const dirs = await Promise.all(parents.map((parent) => mkdtemp(join(parent, 'safebuild-test-'))));
  try {
    await action(...dirs);
  } finally {
    await Promise.all(dirs.map((dir) => rm(dir, { recursive: true, force: true })));
  }
}
