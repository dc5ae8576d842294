// What the docker tests and the demo stand on: a real engine, base images and private services, on a machine that may
// have none of them. All state lies below cacheFolder(); private engines listen on a socket there. An engine outlives a
// process that is killed and is taken up by the next; otherwise its last user stops it.

export { cacheFolder } from './cache.mjs';
export { compose } from './compose.mjs';
export { releaseEngines, startEngine, stopEngine } from './engine.mjs';
export { TestbedFailure } from './failure.mjs';
export { ensureImages } from './images/index.mjs';
export { nodeOf } from './nodes.mjs';
export { startNpmRegistry } from './services/npm.mjs';
export { startPythonIndex } from './services/pypi.mjs';
export { startRegistry } from './services/registry.mjs';
export { sshServerFiles } from './sshd.mjs';
export { strace } from './strace.mjs';
