import { resolve } from 'node:path';
import { createFetching, type Fetching } from '../secrets/index.ts';
import type { BuildHost, BuildOptions } from './host.ts';
import { permitSources } from './trust.ts';

/** What asks the sources for one run, with what its user allows. To be closed when the run is over. */
export function fetchingFor(
  host: Pick<BuildHost, 'cwd' | 'env' | 'signal' | 'askTrust' | 'phase' | 'output'>,
  { trustSources = false }: Pick<BuildOptions, 'trustSources'>,
  context?: string,
): Fetching {
  return createFetching({
    env: host.env,
    signal: host.signal,
    say: host.phase,
    notReturned: (what) =>
      host.output.stderr(Buffer.from(`safebuild: ${what} could not be given back; it lasts until its time is over\n`)),
    permit: (demands, root) =>
      permitSources(demands, root, {
        env: host.env,
        given: trustSources,
        ...(host.askTrust === undefined ? {} : { ask: host.askTrust }),
        ...(context === undefined ? {} : { contextDir: resolve(host.cwd, context) }),
      }),
  });
}
