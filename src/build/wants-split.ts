import type { BuildOptions } from './host.ts';
import type { Sources } from './sources.ts';

/** Whether this build is to be split into a build and a runtime stage. */
export function wantsSplit(options: BuildOptions, sources: Sources): boolean {
  return (options.multiStage ?? sources.config.multiStage) === 'always';
}
