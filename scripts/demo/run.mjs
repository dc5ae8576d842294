import { spawnSync } from 'node:child_process';

/**
 * What `npm run demo` shows, on an engine that has node:20-slim.
 *
 * @param {import('../testbed/engine.mjs').Engine} engine
 * @returns {Promise<number>} the exit code
 */
export async function runDemo(engine) {
  const dockerfile = 'FROM node:20-slim\nRUN node --version\n';
  const args = ['build', '--progress=plain', '--tag=safebuild-demo', '-'];
  const { status } = spawnSync('docker', args, {
    env: engine.env,
    input: dockerfile,
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  return status ?? 1;
}
