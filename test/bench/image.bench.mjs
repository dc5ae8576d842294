// How fast a whole image is searched: MB of uncompressed layers per CPU second, beside merely reading and inflating them.
//
//   npm run build && node test/bench/image.bench.mjs [folder ...]
//
// The image has one gzip layer a folder: libraries of the system and node_modules, or the folders given. `closed`
// does not open what is inside of files. Each run is a process of its own, so that its memory and its threads are its own.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGunzip } from 'node:zlib';

const dist = process.env.SAFEBUILD_DIST ?? fileURLToPath(new URL('../../dist', import.meta.url));
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
/** Where they exist: programs, libraries, scripts. */
const usual = ['/usr/lib/python3', '/usr/lib/gcc', join(dist, '../node_modules')].filter((path) => existsSync(path));
const [mode, ...rest] = process.argv.slice(2);

if (mode === '--run') await measure(rest[0], rest[1]);
else {
  const layout = process.env.BENCH_LAYOUT ?? mkdtempSync(join(tmpdir(), 'image-bench-'));
  try {
    const folders = process.argv.slice(2);
    if (process.env.BENCH_LAYOUT === undefined) await buildLayout(layout, folders.length > 0 ? folders : usual);
    for (const way of ['inflate', 'closed', 'open']) show(way, layout);
  } finally {
    if (process.env.BENCH_LAYOUT === undefined && process.env.BENCH_KEEP === undefined)
      rmSync(layout, { recursive: true });
    else console.log(layout);
  }
}

function show(way, layout) {
  const runs = Array.from({ length: rounds }, () =>
    JSON.parse(
      execFileSync(process.execPath, [fileURLToPath(import.meta.url), '--run', way, layout], { encoding: 'utf8' }),
    ),
  );
  const best = runs.reduce((a, b) => (a.cpuSeconds <= b.cpuSeconds ? a : b));
  const perCpu = best.megabytes / best.cpuSeconds;
  const perSecond = best.megabytes / Math.min(...runs.map((run) => run.seconds));
  console.log(
    `${way.padEnd(8)} ${perCpu.toFixed(0).padStart(5)} MB/CPU s ${perSecond.toFixed(0).padStart(5)} MB/s ` +
      `${best.peakMegabytes.toFixed(0).padStart(5)} MB peak  (${best.megabytes.toFixed(0)} MB in layers) ${best.note}`,
  );
}

async function measure(way, layout) {
  const layers = JSON.parse(readFileSync(join(layout, 'layers.json'), 'utf8'));
  const megabytes = layers.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
  const run =
    way === 'inflate' ? () => inflateAll(layers.map(({ path }) => join(layout, path))) : await scanner(way, layout);
  const started = performance.now();
  const before = process.cpuUsage();
  const note = await run();
  const { user, system } = process.cpuUsage(before);
  const peakMegabytes = process.resourceUsage().maxRSS / 1e3;
  const seconds = (performance.now() - started) / 1e3;
  console.log(JSON.stringify({ megabytes, seconds, cpuSeconds: (user + system) / 1e6, peakMegabytes, note }));
}

async function inflateAll(paths) {
  for (const path of paths) {
    const gunzip = createGunzip({ chunkSize: 1 << 20 });
    await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), gunzip, async (chunks) => {
      for await (const _ of chunks);
    });
  }
  return '';
}

async function scanner(way, layout) {
  const { scanImage } = await import(join(dist, 'scan/index.js'));
  const { openSource } = await import(join(dist, 'image/index.js'));
  const { Secret } = await import(join(dist, 'secrets/secret.js'));
  const secrets = [
    'not-a-secret-7f3a91c2d4e8',
    'https://user:not-a-pass-2b8e@db.example.com/x',
    '7f3a91c2d4e8'.repeat(4),
  ].map(
    (value, index) =>
      new Secret({
        name: `S${index}`,
        value: Buffer.from(value),
        origin: { source: 'dotenv', where: '.env' },
        reason: 'bench',
      }),
  );
  // the layer's own wrapping is two deep
  const limits = way === 'closed' ? { limits: { maxDepth: 2 } } : {};
  return async () => {
    const { findings, coverage } = await scanImage(await openSource(layout), secrets, limits);
    const opened = Object.entries(coverage.opened).map(([name, count]) => `${name} ${count}`);
    return `${findings.length} findings, ${coverage.files} files, ${(coverage.decodedBytes / 1e6).toFixed(0)} MB decoded, ${opened.join(', ')}`;
  };
}

async function buildLayout(layout, folders) {
  const blobs = join(layout, 'blobs/sha256');
  mkdirSync(blobs, { recursive: true });
  const layers = [];
  for (const folder of folders) {
    const path = join(blobs, 'layer');
    execFileSync('sh', ['-c', 'tar -C "$1" -cf - . | tee "$2.tar" | gzip -6 > "$2"', 'sh', folder, path]);
    const diffId = await digestOf(`${path}.tar`);
    const bytes = statSync(`${path}.tar`).size;
    rmSync(`${path}.tar`);
    const digest = await digestOf(path);
    renameSync(path, join(blobs, digest));
    layers.push({ path: `blobs/sha256/${digest}`, digest, diffId, bytes, size: statSync(join(blobs, digest)).size });
  }
  const put = (value) => {
    const text = JSON.stringify(value);
    const digest = createHash('sha256').update(text).digest('hex');
    writeFileSync(join(blobs, digest), text);
    return { digest: `sha256:${digest}`, size: text.length };
  };
  const config = put({
    os: 'linux',
    architecture: 'amd64',
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => `sha256:${diffId}`) },
  });
  const manifest = put({
    schemaVersion: 2,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: layers.map(({ digest, size }) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      digest: `sha256:${digest}`,
      size,
    })),
  });
  const index = {
    schemaVersion: 2,
    manifests: [{ mediaType: 'application/vnd.oci.image.manifest.v1+json', ...manifest }],
  };
  writeFileSync(join(layout, 'index.json'), JSON.stringify(index));
  writeFileSync(join(layout, 'layers.json'), JSON.stringify(layers));
}

async function digestOf(path) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
