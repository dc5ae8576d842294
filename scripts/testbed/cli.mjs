import { startEngine, stopEngine } from './engine.mjs';
import { engines } from './engines.mjs';
import { TestbedFailure } from './failure.mjs';
import { ensureImages, recipes } from './images/index.mjs';
import { keep } from './leases.mjs';

const usage = `node scripts/testbed/cli.mjs up NAME [IMAGE…]    starts an engine, gives it base images, and prints its
                                                 environment, to be eval'd; it stays up until "down"
node scripts/testbed/cli.mjs down NAME [--wipe]  stops it, whoever uses it; --wipe deletes its images and data
NAME:  ${Object.keys(engines).join(' | ')}
IMAGE: ${recipes.flatMap(({ tags }) => tags.slice(0, 1)).join(' | ')} | …
`;

async function main([command, name, ...options]) {
  if (!(name in engines) || !['up', 'down'].includes(command)) {
    process.stderr.write(usage);
    return 2;
  }
  if (command === 'down') {
    await stopEngine(name, { wipe: options.includes('--wipe') });
    return 0;
  }
  const engine = await startEngine(name, { holder: keep });
  await ensureImages(engine, options);
  for (const [key, value] of Object.entries(engine.env)) console.log(`export ${key}='${value}'`);
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof TestbedFailure)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
