import { prepare } from './prepare.mjs';

// `npm run demo`: on a fresh clone with nothing before it.

prepare();
const { ensureImages, startEngine, TestbedFailure } = await import('./testbed/index.mjs.mts');
const { runDemo } = await import('./demo/run.mjs');

try {
  const engine = await startEngine('containerd', { accepts: ({ major }) => major >= 23 });
  try {
    await ensureImages(engine, ['node:20-slim']);
    process.exitCode = await runDemo(engine);
  } finally {
    await engine.release();
  }
} catch (error) {
  if (!(error instanceof TestbedFailure)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
