import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { ScanOptions, ScanResult } from '../../../../src/scan/index.ts';
import { scanImage } from '../../../../src/scan/index.ts';
import { memorySource } from '../../image/build-image.ts';
import { buildTar } from '../../image/build-tar.ts';
import { compressed } from '../../image/codecs/corpus.ts';
import { arOf, cpioOf, rpmOf } from '../containers/archives.ts';
import { zipOf } from '../containers/zip-file.ts';
import { secret, token } from '../secrets.ts';

/** A wrapper that holds the token where the raw search does not see it. */
export interface Wrapper {
  name: string;
  path: string;
  bytes: Buffer;
  /** So many bytes of it are recognised as what they are. */
  recognised: number;
  /** A file without a checksum or an end mark: lengths at which a cut leaves a whole one. */
  wholeAt?: (length: number) => boolean;
}

const text = `${'some filler '.repeat(8)}T=${token}\n${token.split('').reverse().join('')}`;
const noise = Buffer.from(Array.from({ length: 800 }, (_, at) => Math.imul(at, 2654435761) >>> 24)).toString('base64');
const inner = gzipSync(text);
const bundled = Buffer.concat([packOf(text), Buffer.alloc(20, 7)]);

export const wrappers: readonly Wrapper[] = [
  { name: 'gzip', path: 'a', bytes: inner, recognised: 10 },
  { name: 'zlib', path: 'a', bytes: deflateSync(`${noise}${text}`), recognised: 512 },
  { name: 'xz', path: 'a', bytes: compressed('xz', ['--check=crc32'], Buffer.from(text)), recognised: 12 },
  { name: 'bzip2', path: 'a', bytes: compressed('bzip2', [], Buffer.from(text)), recognised: 14 },
  { name: 'lzma', path: 'a', bytes: compressed('xz', ['--format=lzma'], Buffer.from(text)), recognised: 14 },
  {
    name: 'brotli',
    path: 'a.br',
    bytes: brotliCompressSync(Buffer.from(text.repeat(200))),
    recognised: Number.POSITIVE_INFINITY,
  },
  { name: 'zip', path: 'a', bytes: zipOf([{ path: 'x', content: text }]), recognised: 30 },
  { name: 'zip, stored', path: 'a', bytes: zipOf([{ path: 'x', content: inner, method: 0 }]), recognised: 30 },
  {
    name: 'zip, streamed',
    path: 'a',
    bytes: zipOf([{ path: 'x', content: text, descriptor: 'signed' }]),
    recognised: 30,
  },
  {
    name: 'tar',
    path: 'a',
    bytes: buildTar([{ path: 'x', content: inner }]),
    recognised: 512,
    wholeAt: (length) => length >= 512 + inner.length,
  },
  {
    name: 'ar',
    path: 'a',
    bytes: arOf([{ path: 'x', content: inner }]),
    recognised: 8,
    wholeAt: (length) => length === 8,
  },
  { name: 'cpio', path: 'a', bytes: cpioOf([{ path: 'x', content: inner }]), recognised: 110 },
  { name: 'rpm', path: 'a', bytes: rpmOf(gzipSync(cpioOf([{ path: 'x', content: text }]))), recognised: 96 },
  { name: 'git pack', path: 'a', bytes: bundled, recognised: 12 },
  {
    name: 'git bundle',
    path: 'a',
    bytes: Buffer.concat([Buffer.from(`# v2 git bundle\n${'0'.repeat(40)} HEAD\n\n`), bundled]),
    recognised: 16,
  },
];

/** A pack of one file. */
function packOf(content: string): Buffer {
  const size = content.length;
  const head = Buffer.from([0x80 | (3 << 4) | (size & 15), size >> 4]);
  return Buffer.concat([Buffer.from('PACK\0\0\0\x02\0\0\0\x01', 'latin1'), head, deflateSync(content)]);
}

export function scanFileOf(content: Buffer, path = 'a', options: ScanOptions = {}): Promise<ScanResult> {
  return scanImage(memorySource(new Map([[path, content]]), 'files'), [secret()], options);
}

/** What a scan said that keeps somebody from taking the file for searched and clean. */
export function saidSomething({ findings, incomplete, coverage }: ScanResult): boolean {
  const counted = coverage.damaged.count + Object.keys(coverage.notOpened).length;
  return findings.length + incomplete.length + counted > 0;
}

/** So many examples of each kind are surely listed. */
const together = 5;

/** The names of those files of which a scan said nothing. `name` is what each is called in its folder. */
export async function silentOnes(files: ReadonlyMap<string, Buffer>, name: string): Promise<string[]> {
  const silent: string[] = [];
  const keys = [...files.keys()];
  for (let from = 0; from < keys.length; from += together) {
    const batch = keys.slice(from, from + together);
    const entries = new Map(batch.map((key) => [`${key}/${name}`, files.get(key)!]));
    const { findings, incomplete, coverage } = await scanImage(memorySource(entries, 'files'), [secret()]);
    const said = [
      ...findings.map(({ location }) => ('path' in location ? location.path : undefined)),
      ...[...incomplete, ...coverage.damaged.examples, ...coverage.notOpenedExamples].map(({ where }) => where),
    ];
    silent.push(...batch.filter((key) => !said.some((place) => place?.startsWith(`${key}/`))));
  }
  return silent;
}
