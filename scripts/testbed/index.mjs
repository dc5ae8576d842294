export { cacheFolder } from './cache.mjs';
export { releaseEngines, startEngine, stopEngine } from './engine.mjs';
export { TestbedFailure } from './failure.mjs';
export { ensureImages } from './images/index.mjs';
export { startNpmRegistry } from './services/npm.mjs';
export { startPythonIndex } from './services/pypi.mjs';
export { startRegistry } from './services/registry.mjs';
