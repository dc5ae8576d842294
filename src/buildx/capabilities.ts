import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Docker } from './docker.ts';

export interface ProbeOptions {
  builder: string;
  /** The Dockerfile's `# syntax=` frontend: the one that will read the real file is the one to ask. */
  syntax: string | undefined;
  /** An empty folder for the probe's own context. */
  workDir: string;
  signal?: AbortSignal;
}

/**
 * Whether the frontend knows `--mount=type=secret,env=` (Dockerfile 1.10).
 *
 * Asked, not guessed from a version: distributions ship engines that report none. The question is an outline request, which
 * reads the Dockerfile and runs nothing; `FROM scratch` needs no network. No answer counts as no: the file form that is used
 * then is right on every frontend.
 */
export async function supportsSecretEnv(docker: Docker, options: ProbeOptions): Promise<boolean> {
  const dir = join(options.workDir, 'probe');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const lines = ['FROM scratch', 'RUN --mount=type=secret,id=probe,env=PROBE ["/probe"]', ''];
  if (options.syntax !== undefined) lines.unshift(`# syntax=${options.syntax}`);
  await writeFile(join(dir, 'Dockerfile'), lines.join('\n'));
  const ask = (flag: string) =>
    docker.run(['buildx', 'build', '--builder', options.builder, `--${flag}=outline,format=json`, dir], {
      env: { BUILDX_EXPERIMENTAL: '1' },
      signal: options.signal,
    });
  const answer = await ask('call');
  // Before buildx 0.15 the flag was the experimental `--print`; its help would say so too, for the price of one call more.
  const older = answer.exitCode !== 0 && /unknown flag: --call/.test(answer.stderr);
  return (older ? await ask('print') : answer).exitCode === 0;
}
