import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startNpmRegistry } from '../testbed/services/npm.mjs';
import { createShow } from './show.mjs';

const example = fileURLToPath(new URL('../../examples/node-private-registry', import.meta.url));

/** A build step of a kind that no reader of a Dockerfile can judge: what it writes is known when it has run. */
const leakyStep = 'RUN node bundle.js\n';
const leakyProgram = `// Stands for a bundler that inlines the environment.
const { mkdirSync, writeFileSync } = require('node:fs');
const inlined = Buffer.from(process.env.NPM_TOKEN).toString('base64');
mkdirSync('public', { recursive: true });
writeFileSync('public/app.js', \`const config = "\${inlined}";\\n\`);
`;

/**
 * What `npm run demo` shows, on an engine that has node:20-slim: a leak, the same project without it, a leak that is stopped.
 *
 * Every command runs for real; the token is masked in whatever they print.
 *
 * @param {import('../testbed/engine.mjs').Engine} engine
 * @returns {Promise<number>} the exit code: 0 when every step ended as told
 */
export async function runDemo(engine) {
  const registry = await startNpmRegistry();
  const folder = await mkdtemp(join(tmpdir(), 'safebuild-demo-'));
  const show = createShow({ env: engine.env, cwd: folder, secret: registry.token });
  try {
    await prepareProject(folder, registry);
    await tellLeak(show, registry.token);
    await tellClean(show);
    await tellStopped(show, folder);
  } finally {
    await show.silently('docker', ['image', 'rm', '--force', 'greeter:docker', 'greeter:safe']);
    await rm(folder, { recursive: true, force: true });
    await registry.stop();
  }
  return show.surprises() === 0 ? 0 : 1;
}

async function prepareProject(folder, { url, token }) {
  await cp(example, folder, { recursive: true });
  const dockerfile = join(folder, 'Dockerfile');
  const text = await readFile(dockerfile, 'utf8');
  const { origin, host } = new URL(url);
  await writeFile(dockerfile, text.replaceAll('https://npm.example.com', origin).replaceAll('npm.example.com', host));
  await writeFile(join(folder, '.env'), `NPM_TOKEN=${token}\n`);
}

async function tellLeak(show, token) {
  show.title('A project that installs a package from a private npm registry. Its token lies in .env:');
  await show.run('cat Dockerfile', 'cat', ['Dockerfile']);

  show.title('docker build puts the token into the image:');
  await show.run('docker build -q --network=host --build-arg NPM_TOKEN=*** -t greeter:docker .', 'docker', [
    'build',
    '-q',
    '--network=host',
    `--build-arg=NPM_TOKEN=${token}`,
    '-t',
    'greeter:docker',
    '.',
  ]);
  const history = ['history', '--no-trunc', '--format', '{{.CreatedBy}}', 'greeter:docker'];
  await show.run("docker history --no-trunc greeter:docker | grep 'NPM_TOKEN='", 'docker', history, {
    lines: (line) => line.includes('NPM_TOKEN=') && line.includes(token),
  });
  await show.run('docker run --rm --network=none greeter:docker cat .env', 'docker', [
    'run',
    '--rm',
    '--network=none',
    'greeter:docker',
    'cat',
    '.env',
  ]);
}

async function tellClean(show) {
  show.title('safebuild builds the same Dockerfile, takes the token out, and searches the image for it:');
  await show.safebuild(['--network=host', '-t', 'greeter:safe', '.'], { filter: 'safebuild:' });
  await show.run('docker run --rm --network=none greeter:safe', 'docker', [
    'run',
    '--rm',
    '--network=none',
    'greeter:safe',
  ]);
  await show.run(
    'docker run --rm --network=none greeter:safe cat .env',
    'docker',
    ['run', '--rm', '--network=none', 'greeter:safe', 'cat', '.env'],
    {
      exitCode: 1,
    },
  );
}

async function tellStopped(show, folder) {
  const dockerfile = join(folder, 'Dockerfile');
  const text = await readFile(dockerfile, 'utf8');
  await writeFile(dockerfile, text.replace('CMD ', `ARG NPM_TOKEN\n${leakyStep}CMD `));
  await writeFile(join(folder, 'bundle.js'), leakyProgram);

  show.title('Now a bundler writes the token into a file, in base64. No Dockerfile shows that; the search does:');
  await show.run('cat bundle.js', 'cat', ['bundle.js']);
  await show.safebuild(['-q', '--network=host', '-t', 'greeter:leaky', '.'], { exitCode: 5 });
  await show.run('docker image inspect greeter:leaky', 'docker', ['image', 'inspect', 'greeter:leaky'], {
    exitCode: 1,
  });
}
