// How fast the matcher is, beside what one would use instead: MB/s over real files, all in one run,
// the best of some rounds, as other work on the machine only ever makes a round slower.
//
//   npm run build && node test/bench/matcher.bench.mjs [folder to read ...]
//
// The corpus is the program of Node itself and node_modules, or the folders given. ripgrep is compared when it is there.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

const dist = process.env.SAFEBUILD_DIST ?? fileURLToPath(new URL('../../dist', import.meta.url));
const { compileNeedles } = await import(join(dist, 'scan/matcher/index.js'));
const { needlesOf } = await import(join(dist, 'scan/forms/index.js'));

const corpusBytes = Number(process.env.BENCH_MB ?? 128) * 1e6;
const chunkBytes = 1 << 20;
const rounds = 5;

const folders = process.argv.slice(2);
const corpus = collect(folders.length > 0 ? folders : [process.execPath, join(dist, '../node_modules')]);
console.log(`${(corpus.length / 1e6).toFixed(0)} MB, Node ${process.version}, best of ${rounds}, MB/s`);
const scratch = mkdtempSync(join(tmpdir(), 'matcher-bench-'));
try {
  writeFileSync(join(scratch, 'corpus'), corpus);
  for (const count of [60, 600, 12_000]) compare(needles(count));
} finally {
  rmSync(scratch, { recursive: true });
}

function compare(patterns) {
  const bytes = patterns.map((pattern) => pattern.bytes);
  console.log(`\n${patterns.length} needles`);
  const started = performance.now();
  compileNeedles(patterns);
  show('compile, ms', performance.now() - started);
  for (const backend of ['wasm', 'plain']) {
    const folded = compileNeedles(patterns, { backend });
    show(
      `matcher, ${backend}`,
      speed(() => scan(folded)),
    );
    const literal = compileNeedles(bytes, { backend });
    show(
      '  without line breaks',
      speed(() => scan(literal)),
    );
  }
  writeFileSync(join(scratch, 'patterns'), Buffer.concat(bytes.flatMap((each) => [each, Buffer.from('\n')])));
  const ripgrep = ['-aF', '-c', '-f', join(scratch, 'patterns'), join(scratch, 'corpus')];
  show(
    'ripgrep, start included',
    speed(() => tryRun('rg', ripgrep)),
  );
  if (bytes.length <= 600) {
    const part = corpus.subarray(0, bytes.length > 60 ? corpus.length / 10 : corpus.length);
    show(
      'Buffer.indexOf, each',
      speed(() => bytes.reduce((sum, each) => sum + part.indexOf(each), 0), part.length),
    );
  }
  const part = corpus.subarray(0, 16e6);
  const machine = ahoCorasick(bytes);
  if (machine)
    show(
      'Aho–Corasick, table',
      speed(() => machine(part), part.length),
    );
}

function scan(matcher) {
  let found = 0;
  const stream = matcher.stream(() => {
    found += 1;
  });
  for (let at = 0; at < corpus.length; at += chunkBytes) stream.push(corpus.subarray(at, at + chunkBytes));
  stream.end();
  return found;
}

function speed(run, length = corpus.length) {
  const times = Array.from({ length: rounds }, () => {
    const started = performance.now();
    run();
    return performance.now() - started;
  });
  return length / 1e3 / Math.min(...times);
}

function show(name, value) {
  console.log(`  ${name.padEnd(28)} ${value.toFixed(0).padStart(7)}`);
}

function tryRun(file, args) {
  try {
    execFileSync(file, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    // 1: nothing found.
    if (error.status !== 1) throw error;
  }
}

/** Spellings of worthless random tokens of 8 to 60 bytes, without line breaks (ripgrep takes a pattern a line). */
function needles(count) {
  let state = 1;
  const random = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';
  const all = [];
  while (all.length < count) {
    const token = Array.from({ length: 12 + random(48) }, () => letters[random(letters.length)]).join('');
    all.push(...needlesOf(Buffer.from(token)).needles.filter(({ bytes }) => !bytes.includes(10) && !bytes.includes(0)));
  }
  return all.slice(0, count);
}

/** A dense table with one row a state; nothing when it would be larger than memory allows. */
function ahoCorasick(patterns) {
  const states = patterns.reduce((sum, { length }) => sum + length, 1);
  if (states * 1024 > 500e6) return undefined;
  const table = new Int32Array(states * 256);
  const ends = new Uint8Array(states);
  let used = 1;
  for (const pattern of patterns) {
    let state = 0;
    for (const byte of pattern) state = table[state * 256 + byte] ||= used++;
    ends[state] = 1;
  }
  const fail = new Int32Array(states);
  const queue = [...table.subarray(0, 256)].filter(Boolean);
  for (const state of queue) {
    ends[state] |= ends[fail[state]];
    for (let byte = 0; byte < 256; byte += 1) {
      const next = table[state * 256 + byte];
      const other = table[fail[state] * 256 + byte];
      if (!next) table[state * 256 + byte] = other;
      else {
        fail[next] = other;
        queue.push(next);
      }
    }
  }
  return (bytes) => {
    let state = 0;
    let found = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      state = table[state * 256 + bytes[at]];
      found += ends[state];
    }
    return found;
  };
}

function collect(paths) {
  const files = paths.flatMap((path) => walk(path));
  const parts = [];
  let total = 0;
  // Every file gives at most 16 MB, so that one large program does not make the whole corpus.
  for (const file of files) {
    if (total >= corpusBytes) break;
    const bytes = readFileSync(file).subarray(0, 16e6);
    parts.push(bytes);
    total += bytes.length;
  }
  return Buffer.concat(parts).subarray(0, corpusBytes);
}

function walk(path) {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
