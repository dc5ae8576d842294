// What the proof costs a build: safebuild beside docker build, cold and fully cached, on a real engine. Medians of one run.
//
//   npm run build && node test/bench/build.mjs [--rounds N] [--json]
//
// The engine is the testbed's (containerd image store), with node:20-slim. The project is a made-up one of ordinary size: a step
// that gets a secret and writes 60 MB of small files, as an install of packages does, and one that compresses them.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startEngine } from '../../scripts/testbed/engine.mjs';
import { ensureImages } from '../../scripts/testbed/images/index.mjs';

const { values: options } = parseArgs({ options: { rounds: { type: 'string' }, json: { type: 'boolean' } } });
const rounds = Number(options.rounds ?? 5);
const bin = fileURLToPath(new URL('../../bin/safebuild.js', import.meta.url));
const targets = { cold: 1.1, cachedSeconds: 1 };

const dockerfile = `FROM node:20-slim
ARG NPM_TOKEN
WORKDIR /app
COPY install.mjs ./
RUN NPM_TOKEN=$NPM_TOKEN node install.mjs
COPY . .
RUN tar -cf - node_modules | gzip -9 > packages.tar.gz
USER node
CMD ["node", "server.mjs"]
`;
// Words in the order of a fixed generator: 64 random hexadecimal digits in every line, as there were before, are in no project.
const install = `import { mkdirSync, writeFileSync } from 'node:fs';
if (!process.env.NPM_TOKEN) process.exit(1);
const words = 'parse value header stream option index length buffer event error state token queue merge split render handle'.split(' ');
let state = 1;
const draw = (count) => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % count;
const word = () => words[draw(words.length)];
const name = () => word() + word()[0].toUpperCase() + word().slice(1) + draw(1000);
for (let at = 0; at < 6000; at++) {
  const folder = 'node_modules/package-' + (at >> 4);
  mkdirSync(folder, { recursive: true });
  let text = '';
  while (text.length < 10_000) text += 'export const ' + name() + ' = (' + word() + ') => ' + name() + '(' + word() + ', ' + draw(99) + ');\\n';
  writeFileSync(folder + '/file-' + at + '.js', text);
}
`;

const token = 'npm_notarealtokennotarealtoken0000000000';
const project = mkdtempSync(join(tmpdir(), 'safebuild-bench-build-'));
try {
  const engine = await startEngine('containerd');
  await ensureImages(engine, ['node:20-slim']);
  const result = measure({ ...process.env, ...engine.env, NPM_TOKEN: token, XDG_CACHE_HOME: join(project, '.cache') });
  if (options.json) console.log(JSON.stringify(result, null, 2));
  else print(result);
} finally {
  rmSync(project, { recursive: true, force: true });
}

function measure(env) {
  const app = join(project, 'app');
  mkdirSync(app);
  writeFileSync(join(app, 'Dockerfile'), dockerfile);
  writeFileSync(join(app, 'install.mjs'), install);
  writeFileSync(join(app, 'server.mjs'), "console.log('hello');\n");
  writeFileSync(join(app, '.env'), `NPM_TOKEN=${token}\n`, { mode: 0o600 });
  writeFileSync(join(app, '.dockerignore'), '.env\n');
  const run = (program, ...words) => {
    const started = performance.now();
    execFileSync(program, words, { cwd: app, env, stdio: ['ignore', 'ignore', 'pipe'] });
    return (performance.now() - started) / 1e3;
  };
  const docker = (...words) => run('docker', 'build', '--build-arg', 'NPM_TOKEN', '-t', 'bench:docker', ...words, '.');
  const safebuild = (...words) => run(process.execPath, bin, '-t', 'bench:safebuild', ...words, '.');
  const pairs = (count, ...words) => {
    const all = Array.from({ length: count }, () => ({ docker: docker(...words), safebuild: safebuild(...words) }));
    return { docker: median(all.map((one) => one.docker)), safebuild: median(all.map((one) => one.safebuild)) };
  };
  docker();
  safebuild();
  return { cold: pairs(Math.ceil(rounds / 2), '--no-cache'), cached: pairs(rounds) };
}

function print({ cold, cached }) {
  const line = (name, { docker, safebuild }) =>
    `${name.padEnd(10)} docker build ${docker.toFixed(2)} s   safebuild ${safebuild.toFixed(2)} s   ` +
    `${(safebuild - docker).toFixed(2)} s more (${((100 * safebuild) / docker - 100).toFixed(0)} %)`;
  console.log(line('cold', cold));
  console.log(line('cached', cached));
  console.log(`cold at most 10 % more: ${cold.safebuild / cold.docker <= targets.cold ? 'met' : 'missed'}`);
  console.log(
    `cached less than 1 s more: ${cached.safebuild - cached.docker < targets.cachedSeconds ? 'met' : 'missed'}`,
  );
}

function median(numbers) {
  return numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
