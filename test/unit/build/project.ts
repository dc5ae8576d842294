import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildHost } from '../../../src/build/host.ts';
import { type Rewrite, rewrite } from '../../../src/build/rewrite.ts';
import { readSources, type Sources } from '../../../src/build/sources.ts';
import { requestOf } from '../buildx/command-line.ts';

/** Writes a project: paths below `dir`, and their text. */
export async function writeProject(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(dir, path, '..'), { recursive: true });
    await writeFile(join(dir, path), text);
  }
}

/** The outside world of a library call in `cwd`, without an engine: whoever asks docker fails. */
export function hostIn(cwd: string, env: Readonly<Record<string, string>> = {}, stdin = ''): BuildHost {
  const noDocker = (): never => {
    throw new Error('docker is not asked here');
  };
  const input = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from(stdin);
  };
  return {
    cwd,
    env,
    docker: { run: noDocker, ask: noDocker, start: noDocker, passThrough: noDocker },
    pid: 1,
    isAlive: () => true,
    pidNamespace: '',
    signal: new AbortController().signal,
    terminal: false,
    stdin: input(),
    output: { stderr: () => undefined },
    stdout: () => Promise.resolve(),
    phase: () => undefined,
    runnerReads: false,
  };
}

export interface Rewritten {
  sources: Sources;
  rewrite: Rewrite | undefined;
  /** How often the engine was asked whether its frontend knows `env=`. */
  asked: number;
}

/** What a build with these words would be rewritten to. */
export async function rewritten(host: BuildHost, argv: readonly string[], secretEnv = true): Promise<Rewritten> {
  const request = requestOf(...argv);
  const sources = await readSources(request, { envFiles: [] }, host);
  let asked = 0;
  const result = await rewrite(sources, request, host.env, async () => {
    asked += 1;
    return secretEnv;
  });
  return { sources, rewrite: result, asked };
}
