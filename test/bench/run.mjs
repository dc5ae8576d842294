// How fast the search is, beside what one would use instead: medians and ratios of one run, and which targets are met.
//
//   npm run build && npm run bench [-- --quick] [-- --json]
//
// The corpus is made of this machine's own files, about 1 GB in two gzip layers, and kept in a folder for temporary files.
// `--quick` takes an eighth of it, once. An idle machine is a must for the absolute numbers; the ratios bear some load.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { corpusIn, warm } from './corpus.mjs';
import { has, medians, runCommands, runSubject } from './measure.mjs';
import { patternsOf } from './patterns.mjs';
import { peerWays } from './peers.mjs';
import { printTables } from './table.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = process.env.SAFEBUILD_DIST ?? join(root, 'dist');
const quick = process.argv.includes('--quick');
const size = quick ? { megabytes: 128, matcherMegabytes: 64 } : { megabytes: 1000, matcherMegabytes: 256 };
const rounds = Number(process.env.BENCH_ROUNDS ?? (quick ? 1 : 3));

const folder = join(process.env.BENCH_DIR ?? tmpdir(), `safebuild-bench-${process.getuid?.() ?? 'user'}`);
mkdirSync(folder, { recursive: true, mode: 0o700 });
phase('making the corpus');
const { layout, sample } = await corpusIn(folder, join(root, 'node_modules'), size);
const { layers } = JSON.parse(readFileSync(join(layout, 'bench.json'), 'utf8'));
for (const path of [...layers.map((layer) => join(layout, layer.path)), sample]) warm(path);

phase('measuring the matcher');
const matcher = await measureMatcher();
phase('measuring the image');
const image = measureImage();
const result = {
  machine: machine(),
  memory: measureMemory(),
  matcher,
  image,
  reachable: reachable(),
  targets: targets(),
};
if (process.argv.includes('--json')) console.log(JSON.stringify(result, null, 2));
else printTables(result);

/** Minutes pass between the lines. */
function phase(text) {
  console.error(`bench: ${text}`);
}

async function measureMatcher() {
  const { needlesOf } = await import(join(dist, 'scan/forms/index.js'));
  return [60, 600, 12_000].map((count) => {
    const patterns = patternsOf(needlesOf, count);
    const path = join(folder, `patterns-${count}`);
    const json = patterns.map(({ bytes, anchor, span }) => ({ hex: Buffer.from(bytes).toString('hex'), anchor, span }));
    writeFileSync(`${path}.json`, JSON.stringify(json));
    writeFileSync(path, patterns.map(({ bytes }) => `${Buffer.from(bytes).toString('latin1')}\n`).join(''));
    const ways = [
      { name: 'wasm', run: () => runSubject(['matcher', sample, `${path}.json`, 'wasm']) },
      { name: 'plain', run: () => runSubject(['matcher', sample, `${path}.json`, 'plain']) },
    ];
    const ripgrep = ['rg', '-aF', '-c', '-f', path, sample];
    // 1: nothing was found
    if (has('rg')) ways.push({ name: 'ripgrep', run: () => runCommands([ripgrep], { allowed: [0, 1] }) });
    const perCpu = [...medians(ways, rounds)].map(([name, run]) => [name, size.matcherMegabytes / run.cpuSeconds]);
    return { patterns: count, megabytesPerCpuSecond: Object.fromEntries(perCpu) };
  });
}

/** How fast the matcher's corpus can be had from memory at all: no search of it is faster, whoever it is. */
function measureMemory() {
  const run = medians([{ name: 'touch', run: () => runSubject(['touch', sample]) }], rounds).get('touch');
  return { megabytesPerCpuSecond: size.matcherMegabytes / run.cpuSeconds };
}

function measureImage() {
  const megabytes = layers.reduce((sum, layer) => sum + layer.bytes, 0) / 1e6;
  const paths = layers.map((layer) => join(layout, layer.path));
  const ways = [
    { name: 'node, idle', run: () => runSubject(['idle']) },
    { name: 'inflate: node', run: () => runSubject(['inflate', layout]) },
    { name: 'inflate: safebuild', run: () => runSubject(['gunzip', layout]) },
    ...['igzip', 'libdeflate-gunzip', 'pigz', 'gzip'].filter(has).map((program) => ({
      name: `inflate: ${program}`,
      run: () => runCommands(paths.map((path) => [program, '-dc', path])),
    })),
    { name: 'safebuild, closed', run: () => runSubject(['scan', layout, 'closed']) },
    { name: 'safebuild, opened', run: () => runSubject(['scan', layout, 'opened']) },
    { name: 'safebuild, detectors', run: () => runSubject(['scan', layout, 'detectors']) },
    ...peerWays(layout, paths),
  ];
  const all = [...medians(ways, rounds)].map(([name, run]) => ({
    name,
    ...run,
    megabytesPerSecond: megabytes / run.seconds,
    megabytesPerCpuSecond: megabytes / run.cpuSeconds,
  }));
  return { megabytes, storedMegabytes: layers.reduce((sum, layer) => sum + layer.size, 0) / 1e6, ways: all };
}

/** What is left for everything else when a layer is inflated as cheaply as anything here can: no search could be faster. */
function reachable() {
  const inflates = image.ways.filter(({ name }) => name.startsWith('inflate'));
  const best = inflates.reduce((least, one) => (one.cpuSeconds < least.cpuSeconds ? one : least));
  return image.ways
    .filter(({ name }) => name.startsWith('safebuild'))
    .map(({ name, cpuSeconds }) => ({
      name,
      inflate: best.name,
      megabytesPerCpuSecond: best.megabytesPerCpuSecond,
      share: best.cpuSeconds / cpuSeconds,
    }));
}

function targets() {
  const way = (name) => image.ways.find((one) => one.name === name);
  const [closed, opened, idle] = ['safebuild, closed', 'safebuild, opened', 'node, idle'].map(way);
  const inflates = image.ways.filter(({ name }) => name.startsWith('inflate')).map(({ seconds }) => seconds);
  const ratios = [2.5, 10, 25].map((least, index) => {
    const { patterns, megabytesPerCpuSecond: speed } = matcher[index];
    return target(`matcher beside ripgrep, ${patterns} patterns`, speed.wasm / speed.ripgrep, { least });
  });
  return [
    ...ratios,
    target('closed, MB per CPU second', closed.megabytesPerCpuSecond, { least: 400 }),
    target('opened, MB per CPU second', opened.megabytesPerCpuSecond, { least: 200 }),
    target('closed, wall beside the best inflate', closed.seconds / Math.min(...inflates), { most: 1.3 }),
    target('memory beside Node, MB', Math.max(closed.peakMegabytes, opened.peakMegabytes) - idle.peakMegabytes, {
      most: 200,
    }),
  ];
}

function target(name, value, { least, most }) {
  const met = Number.isNaN(value) ? undefined : least === undefined ? value <= most : value >= least;
  return { name, value, ...(least === undefined ? { most } : { least }), met };
}

function machine() {
  const [{ model } = { model: 'unknown' }] = cpus();
  return { node: process.version, cpu: model, cores: availableParallelism(), load: loadavg()[0], rounds };
}
