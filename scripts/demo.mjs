import { prepare } from './prepare.mjs';

// `npm run demo`: on a fresh clone with nothing before it.

prepare();
const { startEngine } = await import('./testbed/engine.mjs');
const { TestbedFailure } = await import('./testbed/failure.mjs');
const { ensureImages } = await import('./testbed/images/index.mjs');
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
