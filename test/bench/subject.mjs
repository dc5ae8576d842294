// What is measured, one thing a process: node subject.mjs idle | inflate LAYOUT | gunzip LAYOUT | scan LAYOUT MODE | touch CORPUS | matcher CORPUS PATTERNS BACKEND
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGunzip } from 'node:zlib';
import { secretValues } from './patterns.mjs';

const dist = process.env.SAFEBUILD_DIST ?? fileURLToPath(new URL('../../dist', import.meta.url));
const [what, ...words] = process.argv.slice(2);

const subjects = { idle: () => async () => ({}), inflate, gunzip, scan, touch, matcher };
const run = await subjects[what](...words);
const before = process.cpuUsage();
const started = performance.now();
const facts = await run();
const seconds = (performance.now() - started) / 1e3;
const { user, system } = process.cpuUsage(before);
const peakMegabytes = process.resourceUsage().maxRSS / 1e3;
console.log(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, peakMegabytes, ...facts }));

/** Reads and inflates all layers at the same time; Node inflates on its thread pool. */
function inflate(layout) {
  const { layers } = JSON.parse(readFileSync(join(layout, 'bench.json'), 'utf8'));
  return async () => {
    await Promise.all(
      layers.map(({ path }) =>
        pipeline(
          createReadStream(join(layout, path), { highWaterMark: 1 << 20 }),
          createGunzip({ chunkSize: 1 << 20 }),
          drain,
        ),
      ),
    );
    return {};
  };
}

/** The same by safebuild's own decoder. */
async function gunzip(layout) {
  const image = await import(join(dist, 'image/index.js'));
  const nowhere = { done: false, push: async () => {}, end: async () => {}, close: () => {} };
  const { layers } = JSON.parse(readFileSync(join(layout, 'bench.json'), 'utf8'));
  return async () => {
    const damage = [];
    await Promise.all(
      layers.map(async ({ path }) => {
        const sink = image.gunzip(nowhere, (why) => damage.push(why));
        for await (const chunk of createReadStream(join(layout, path), { highWaterMark: 1 << 20 }))
          await sink.push(chunk);
        await sink.end();
      }),
    );
    if (damage.length > 0) throw new Error(damage.join());
    return {};
  };
}

async function drain(chunks) {
  for await (const _ of chunks);
}

async function scan(source, mode) {
  const { scanImage } = await import(join(dist, 'scan/index.js'));
  const { openSource } = await import(join(dist, 'image/index.js'));
  const { Secret } = await import(join(dist, 'secrets/secret.js'));
  const { spareCompiler } = await import(join(dist, 'cli/compiler.js'));
  spareCompiler();
  const secrets = secretValues.map(
    (value, index) =>
      new Secret({
        name: `BENCH_${index}`,
        value: Buffer.from(value),
        origin: { source: 'dotenv', where: '.env' },
        reason: 'bench',
      }),
  );
  const options = {
    // a layer's own compression and tar are two deep
    ...(mode === 'closed' ? { limits: { maxDepth: 2 } } : {}),
    ...(mode === 'detectors' ? { detectors: 'warn' } : {}),
  };
  return async () => {
    const { findings, coverage } = await scanImage(await openSource(source), secrets, options);
    const { files, decodedBytes, storedBytes, opened } = coverage;
    return { findings: findings.length, files, decodedBytes, storedBytes, opened };
  };
}

/** One byte of each line of the cache: what it takes to fetch the corpus from memory, and to do nothing with it. */
function touch(corpusPath) {
  const corpus = readFileSync(corpusPath);
  const pass = () => {
    let sum = 0;
    for (let at = 0; at < corpus.length; at += 64) sum = (sum + corpus[at]) | 0;
    return sum;
  };
  for (let warm = 0; warm < 3; warm++) pass();
  return async () => ({ sum: pass() });
}

async function matcher(corpusPath, patternsPath, backend) {
  const { compileNeedles } = await import(join(dist, 'scan/matcher/index.js'));
  const corpus = readFileSync(corpusPath);
  const patterns = JSON.parse(readFileSync(patternsPath, 'utf8')).map(({ hex, ...rest }) => ({
    ...rest,
    bytes: Buffer.from(hex, 'hex'),
  }));
  const compiled = compileNeedles(patterns, { backend });
  const pass = () => {
    let found = 0;
    const stream = compiled.stream(() => {
      found++;
    });
    for (let at = 0; at < corpus.length; at += 1 << 20) stream.push(corpus.subarray(at, at + (1 << 20)));
    stream.end();
    return found;
  };
  // the loop is compiled to machine code while the first passes run, which takes milliseconds of a build
  for (let warm = 0; warm < 3; warm++) pass();
  return async () => ({ found: pass() });
}
