export { cacheFolder } from './cache.mjs';
export { releaseEngines, startEngine, stopEngine } from './engine.mjs';
export { TestbedFailure } from './failure.mjs';
export { ensureImages } from './images/index.mjs';
