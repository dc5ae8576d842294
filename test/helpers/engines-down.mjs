import { releaseEngines } from '../../scripts/testbed/engine.mjs';

/** Stops the private engines that this run started and nobody else uses. */
export default async function enginesDown() {
  await releaseEngines();
}
