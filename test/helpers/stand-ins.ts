import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Programs of test/stand-ins on a PATH of their own. */
export interface StandIns {
  /** PATH and what the programs are told. */
  env: Record<string, string>;
  /** An empty folder. */
  folder: string;
  /** The arguments of every run so far. */
  calls(): Promise<string[][]>;
  remove(): Promise<void>;
}

/** Puts stand-ins on a PATH that has nothing else; `state` is what they know, as test/stand-ins/state.mjs says. */
export async function putStandIns(names: readonly string[], state: unknown = {}): Promise<StandIns> {
  const folder = await mkdtemp(join(tmpdir(), 'safebuild-stand-ins-'));
  const files = { state: join(folder, '.state.json'), calls: join(folder, '.calls') };
  await writeFile(files.state, JSON.stringify(state));
  await writeFile(files.calls, '');
  for (const name of names) {
    const program = fileURLToPath(new URL(`../stand-ins/${name}.mjs`, import.meta.url));
    await writeFile(join(folder, name), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
    await chmod(join(folder, name), 0o755);
  }
  return {
    folder,
    env: { PATH: folder, STAND_IN_STATE: files.state, STAND_IN_CALLS: files.calls },
    calls: async () =>
      (await readFile(files.calls, 'utf8'))
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
