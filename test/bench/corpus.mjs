// An OCI layout of this machine's own files, in two gzip layers, and a piece of their tar: made once, then kept.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** What images are made of, where it exists: programs and libraries, then packages of scripting languages. */
const systemFolders = ['/usr/bin', '/usr/lib', '/usr/sbin', '/usr/share'];

/** Makes what is missing of the corpus; `megabytes` of layers, of which the last third is `packages`. */
export async function corpusIn(folder, packages, { megabytes, matcherMegabytes }) {
  const layout = join(folder, `layout-${megabytes}`);
  if (!existsSync(join(layout, 'bench.json'))) {
    rmSync(layout, { recursive: true, force: true });
    const blobs = join(layout, 'blobs/sha256');
    mkdirSync(blobs, { recursive: true, mode: 0o700 });
    const parts = [filesOf(systemFolders, (megabytes * 2e6) / 3), filesOf([packages], (megabytes * 1e6) / 3)];
    const layers = [];
    for (const files of parts.filter((part) => part.length > 0)) layers.push(await layerOf(files, blobs));
    writeLayout(layout, blobs, layers);
    writeFileSync(join(layout, 'bench.json'), JSON.stringify({ layers }));
  }
  const sample = join(folder, `sample-${matcherMegabytes}-of-${megabytes}`);
  if (!existsSync(sample)) writeSample(layout, sample, matcherMegabytes * 1e6);
  return { layout, sample };
}

function filesOf(folders, mostBytes) {
  const files = [];
  let bytes = 0;
  for (const folder of folders) {
    for (const path of walk(folder)) {
      if (bytes >= mostBytes) return files;
      const { size } = statSync(path);
      // one giant would be a third of the corpus
      if (size > mostBytes / 8) continue;
      bytes += size;
      files.push(path);
    }
  }
  return files;
}

function* walk(folder) {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile()) yield path;
  }
}

async function layerOf(files, blobs) {
  const path = join(blobs, 'layer');
  writeFileSync(`${path}.list`, files.join('\0'));
  execFileSync('tar', ['-C', '/', '-cf', `${path}.tar`, '--null', '--no-recursion', '-P', '-T', `${path}.list`]);
  execFileSync('sh', ['-c', 'gzip -6 < "$1.tar" > "$1"', 'sh', path]);
  const [diffId, digest] = [await digestOf(`${path}.tar`), await digestOf(path)];
  const bytes = statSync(`${path}.tar`).size;
  rmSync(`${path}.tar`);
  rmSync(`${path}.list`);
  renameSync(path, join(blobs, digest));
  return { path: `blobs/sha256/${digest}`, digest, diffId, bytes, size: statSync(join(blobs, digest)).size };
}

function writeLayout(layout, blobs, layers) {
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
  const manifests = [{ mediaType: 'application/vnd.oci.image.manifest.v1+json', ...manifest }];
  writeFileSync(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  writeFileSync(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
}

/** From the beginning of each layer, the same share of each. */
function writeSample(layout, path, bytes) {
  const blobs = join(layout, 'blobs/sha256');
  const largest = readdirSync(blobs)
    .map((name) => join(blobs, name))
    .sort((a, b) => statSync(b).size - statSync(a).size)
    .slice(0, 2);
  writeFileSync(`${path}.draft`, '');
  for (const blob of largest)
    execFileSync('sh', [
      '-c',
      'gzip -dc < "$1" 2>/dev/null | head -c "$2" >> "$3"',
      'sh',
      blob,
      String(bytes / 2),
      `${path}.draft`,
    ]);
  renameSync(`${path}.draft`, path);
}

async function digestOf(path) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}

/** Reads a file once, so that the first run finds it in memory as the others do. */
export function warm(path) {
  const file = openSync(path, 'r');
  const buffer = Buffer.allocUnsafe(1 << 20);
  while (readSync(file, buffer) > 0);
  closeSync(file);
}
