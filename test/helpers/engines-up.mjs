import { startEngine } from '../../scripts/testbed/engine.mjs';
import { ensureImages } from '../../scripts/testbed/images/index.mjs';

/** Brings up what nearly every docker test needs, so that no test's own time includes a download. */
export default async function enginesUp() {
  for (const name of ['containerd', 'overlay2']) {
    await ensureImages(await startEngine(name), ['busybox:latest', 'node:20-slim']);
  }
}
