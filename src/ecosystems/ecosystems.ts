import type { Ecosystem, ProjectFiles } from './ecosystem.ts';
import { node } from './node/index.ts';

/** Every ecosystem that has a template. */
const ecosystems: readonly Ecosystem[] = [node];

/** The ecosystem of the project; undefined when none of those with a template fits. */
export function detectEcosystem(files: ProjectFiles): Ecosystem | undefined {
  return ecosystems.find((ecosystem) => ecosystem.detect(files));
}
