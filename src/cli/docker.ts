import { createDocker, type Docker } from '../buildx/docker.ts';
import type { Io } from './io.ts';
import { tracedDocker } from './traced-docker.ts';

/** The docker client of this process. Its children do not outlive it, however it ends. */
export function dockerFor(io: Pick<Io, 'env' | 'cwd' | 'trace'>, stdoutTo: 'stdout' | 'stderr' = 'stdout'): Docker {
  const running = new Set<() => void>();
  process.on('exit', () => {
    for (const stop of running) stop();
  });
  const docker = createDocker({
    env: io.env,
    cwd: io.cwd,
    stdoutTo,
    watch(stop) {
      running.add(stop);
      return () => running.delete(stop);
    },
  });
  return io.trace ? tracedDocker(docker, io.trace) : docker;
}
