import { execFileSync } from 'node:child_process';
import {
  brotliCompressSync,
  brotliDecompressSync,
  crc32,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateRawSync,
  inflateSync,
} from 'node:zlib';
import { buildTar } from '../../../unit/image/build-tar.ts';
import { deflate64Of } from '../../../unit/image/codecs/deflate64.ts';
import { arOf, cpioOf, rpmOf } from '../../../unit/scan/containers/archives.ts';
import { zipOf } from '../../../unit/scan/containers/zip-file.ts';
import { Bed } from './case.ts';
import { utf8, wrapped } from './codecs.ts';
import { lz4, unlz4 } from './lz4.ts';

const line = (value: string): string => `token = '${value}'\n`;
const tarOf = (value: string): Buffer => buildTar([{ path: 'app/settings', content: line(value) }]);

/** A value in one file for every wrapper that node, this machine's basic tools or a few lines of code can make. */
export function wrappersBed(): Bed {
  const bed = new Bed('wrapper', 'wrappers');
  bed.file('gzip', { file: 'a.gz', content: (value) => gzipSync(line(value)), decode: gunzipSync, form: 'gzip' });
  bed.file('zlib', { file: 'a.zlib', content: (value) => deflateSync(line(value)), decode: inflateSync, form: 'zlib' });
  bed.file('brotli', {
    file: 'app.js.br',
    content: (value) => brotliCompressSync(`${'nothing\n'.repeat(500)}${line(value)}`),
    decode: brotliDecompressSync,
    form: 'brotli',
  });
  bed.file('lz4', { file: 'a.lz4', content: (value) => lz4(value), decode: unlz4, form: 'lz4' });
  bed.file('lzip', { file: 'a.lz', content: (value) => lzip(Buffer.from(line(value))), decode: unlzip, form: 'lzip' });
  bed.file('deb', {
    file: 'app.deb',
    content: (value) =>
      arOf([
        { path: 'debian-binary', content: '2.0\n' },
        { path: 'data.tar.gz', content: gzipSync(tarOf(value)) },
      ]),
    decode: gunzipInside,
    form: 'ar data.tar.gz › gzip › tar app/settings',
  });
  bed.file('cpio in gzip', {
    file: 'initrd.img',
    content: (value) => gzipSync(cpioOf([{ path: 'init', content: line(value) }])),
    decode: gunzipSync,
    form: 'gzip › cpio init',
  });
  bed.file('rpm', {
    file: 'app.rpm',
    content: (value) => rpmOf(gzipSync(cpioOf([{ path: 'usr/bin/app', content: line(value) }]))),
    decode: gunzipInside,
    form: /^rpm payload › gzip › cpio usr\/bin\/app$/,
  });
  bed.file('a wheel in the cache of pip', {
    file: 'http/1/2/cache',
    content: (value) => pipCache(gzipSync(line(value))),
    decode: gunzipInside,
    form: 'pip cache body › gzip',
  });
  bed.file('a package in the cache of npm', {
    file: '_cacache/content-v2/sha512/ab/cd/ef',
    content: (value) => gzipSync(buildTar([{ path: 'package/index.js', content: line(value) }])),
    decode: gunzipSync,
    form: 'gzip › tar package/index.js',
  });
  bed.file('an answer in the cache of npm', {
    file: '_cacache/index-v5/ab/cd/ef',
    content: (value) =>
      `\n0123\t${JSON.stringify({ key: 'x', metadata: { reqHeaders: { authorization: `Bearer ${value}` } } })}`,
  });
  bed.file('base64 in JSON in gzip', {
    file: 'state.json.gz',
    content: (value) => gzipSync(JSON.stringify({ data: Buffer.from(line(value)).toString('base64') })),
    decode: (content) => Buffer.from((JSON.parse(gunzipSync(content).toString()) as { data: string }).data, 'base64'),
    form: 'gzip › base64',
  });
  bed.file('UTF-16 in tar.gz', {
    file: 'utf16.tgz',
    content: (value) => gzipSync(buildTar([{ path: 'app.ini', content: Buffer.from(line(value), 'utf16le') }])),
    decode: (content) => gunzipSync(content).subarray(512).toString('utf16le'),
    form: 'gzip › tar app.ini › utf-16',
  });
  bed.file('gzip in gzip in gzip', {
    file: 'thrice.gz',
    content: (value) => gzipSync(gzipSync(gzipSync(line(value)))),
    decode: (content) => gunzipSync(gunzipSync(gunzipSync(content))),
    form: 'gzip › gzip › gzip',
  });
  inTexts(bed);
  inFiles(bed);
  return bed;
}

/** Wrappers that stand in a text, or behind one. */
function inTexts(bed: Bed): void {
  const gzipOf = (value: string): string => gzipSync(line(value)).toString('base64');
  bed.file('gzip in base64, a release of Helm', {
    file: 'release.yaml',
    content: (value) => `kind: Secret\ndata:\n  release: ${Buffer.from(gzipOf(value)).toString('base64')}\n`,
    decode: utf8((text) => gunzipSync(unbase64(unbase64(text.split(' ').at(-1) ?? '').toString()))),
    form: 'base64 › base64 › gzip',
  });
  bed.file('gzip in base64, wrapped, for cloud-init', {
    file: 'user-data',
    content: (value) =>
      `#cloud-config\nwrite_files:\n- content: |\n    ${wrapped(gzipOf(value), 60).replaceAll('\n', '\n    ')}\n`,
    decode: utf8((text) => gunzipSync(unbase64(text.slice(text.indexOf('|') + 1).replace(/\s/g, '')))),
    form: 'base64 › gzip',
  });
  bed.file('gzip in hex, a bytea', {
    file: 'dump.sql',
    content: (value) => `INSERT INTO t VALUES ('\\x${gzipSync(line(value)).toString('hex')}');\n`,
    decode: utf8((text) => gunzipSync(Buffer.from(/x([0-9a-f]+)/.exec(text)?.[1] ?? '', 'hex'))),
    form: 'hex › gzip',
  });
  bed.file('tar.gz behind a script', {
    file: 'install.run',
    content: (value) =>
      Buffer.concat([Buffer.from('#!/bin/sh\ntail -n +3 "$0" | tar xz; exit\n'), gzipSync(tarOf(value))]),
    decode: gunzipInside,
    form: 'script behind the script › gzip › tar app/settings',
  });
  bed.file('PDF', {
    file: 'a.pdf',
    content: (value) =>
      Buffer.concat([
        Buffer.from('%PDF-1.7\n1 0 obj\n<< >>\nstream\n'),
        deflateSync(line(value)),
        Buffer.from('\nendstream\n'),
      ]),
    decode: (content) => inflateSync(content.subarray(content.indexOf('stream') + 7)),
    form: 'pdf stream 1',
  });
  bed.file('a dump of gzip', {
    file: 'dump.txt',
    content: (value) => execFileSync('od', ['-A', 'x', '-t', 'x1z'], { input: gzipSync(line(value)) }),
    decode: utf8((text) => gunzipSync(Buffer.from(text.replace(/^\w+| *>.*$/gm, '').replace(/\s/g, ''), 'hex'))),
    form: 'hex dump › gzip',
  });
}

/** Compressed data in the middle of a file that is none. */
function inFiles(bed: Bed): void {
  const program = Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), Buffer.alloc(4089, 0x90)]);
  const inProgram = (data: Buffer): Buffer => Buffer.concat([program, data, program]);
  bed.file('tar.gz in a program, as Go embeds one', {
    file: 'embedded/go',
    content: (value) => inProgram(gzipSync(tarOf(value))),
    decode: gunzipInside,
    form: 'gzip at byte 4096 › tar app/settings',
  });
  bed.file('zlib in a program, as PyInstaller appends it', {
    file: 'embedded/pyinstaller',
    content: (value) => inProgram(deflateSync(line(value), { level: 9 })),
    decode: (content) => inflateSync(content.subarray(4096)),
    form: 'zlib at byte 4096',
  });
  bed.file('xz in a program', {
    file: 'embedded/xz',
    content: (value) => inProgram(execFileSync('xz', ['-c'], { input: line(value) })),
    decode: (content) => execFileSync('xz', ['-dc'], { input: content.subarray(4096, -4096) }),
    form: 'xz at byte 4096',
  });
  bed.file('zstd in a program', {
    file: 'embedded/zstd',
    content: (value) => inProgram(execFileSync('zstd', ['-qc'], { input: line(value).repeat(20) })),
    decode: (content) => execFileSync('zstd', ['-qdc'], { input: content.subarray(4096, -4096) }),
    form: /^(?:zstd at byte 4096)?$/,
  });
  bed.file('gzip behind the head of an answer in a cache', {
    file: 'embedded/cache',
    content: (value) =>
      Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(600)}\r\n\r\n`), gzipSync(line(value))]),
    decode: gunzipInside,
    form: /^gzip at byte \d+$/,
  });
  bed.file('zip with Deflate64, as Windows writes it', {
    file: 'deflate64.zip',
    content: (value) =>
      zipOf([{ path: 'a', content: line(value), method: 9, data: deflate64Of([...Buffer.from(line(value))]) }]),
    // without long matches it is plain deflate
    decode: (content) => inflateRawSync(content.subarray(31)),
    form: 'zip a',
  });
}

function unbase64(text: string): Buffer {
  return Buffer.from(text, 'base64');
}

/** The gzip that begins somewhere in the bytes, whatever is behind it; zlib's own is of ten bytes of header (RFC 1952). */
function gunzipInside(content: Buffer): Buffer {
  return inflateRawSync(content.subarray(content.indexOf('\x1f\x8b', 0, 'latin1') + 10));
}

/** A member as lzip writes it, around what xz writes as .lzma with the properties that lzip always has. */
function lzip(input: Buffer): Buffer {
  const data = execFileSync('xz', ['--format=lzma', '--lzma1=preset=6,dict=1MiB', '-c'], { input }).subarray(13);
  const trailer = Buffer.alloc(20);
  trailer.writeUInt32LE(crc32(input), 0);
  trailer.writeBigUInt64LE(BigInt(input.length), 4);
  trailer.writeBigUInt64LE(BigInt(6 + data.length + 20), 12);
  return Buffer.concat([Buffer.from('LZIP\x01\x14'), data, trailer]);
}

function unlzip(content: Buffer): Buffer {
  const head = Buffer.from('5d00001000ffffffffffffffff', 'hex');
  return execFileSync('xz', ['--format=lzma', '-dc'], { input: Buffer.concat([head, content.subarray(6, -20)]) });
}

/** What pip 23.0 and earlier write (cachecontrol/serialize.py): the version, then msgpack. */
function pipCache(body: Buffer): Buffer {
  const head = Buffer.concat([Buffer.from('cc=4,\x81\xa8response\x82\xa4body\xc5', 'latin1'), Buffer.alloc(2)]);
  head.writeUInt16BE(body.length, head.length - 2);
  return Buffer.concat([head, body, Buffer.from('\xa6status\xcc\xc8', 'latin1')]);
}

/** The titles in plant.py, the files that it makes, and the way in. */
const byPython: readonly (readonly [title: string, file: string, form: string | RegExp])[] = [
  ['xz', 'a.xz', 'xz'],
  ['lzma', 'a.lzma', 'lzma'],
  ['bzip2', 'a.bz2', 'bzip2'],
  ['gzip, second member', 'two.gz', 'gzip'],
  ['zip', 'deflated.zip', 'zip config/settings.py'],
  ['zip, stored', 'stored.zip', 'zip config/settings.py'],
  ['zip with bzip2', 'bzip2.zip', 'zip config/settings.py'],
  ['zip with LZMA', 'lzma.zip', 'zip config/settings.py'],
  ['jar', 'app.jar', 'zip META-INF/MANIFEST.MF'],
  ['wheel', 'app-1.0-py3-none-any.whl', 'zip app/settings.py'],
  ['zip behind a script', 'app.pyz', 'zip __main__.py'],
  ['tar', 'app.tar', 'tar app/settings.py'],
  ['tar.gz', 'app.tar.gz', 'gzip › tar app/settings.py'],
  ['tar.xz', 'app.tar.xz', 'xz › tar app/settings.py'],
  ['tar.bz2', 'app.tar.bz2', 'bzip2 › tar app/settings.py'],
  ['.pyc', 'settings.pyc', ''],
  ['sqlite, overflow chain', 'overflow.sqlite', /^sqlite/],
  ['sqlite, gzip in a blob', 'blob.sqlite', /^sqlite .* › gzip$/],
  ['sqlite, write-ahead log', 'live.sqlite-wal', /^sqlite wal .* › gzip$/],
  ['tar.gz in zip', 'bundle.zip', 'zip lib/app.tar.gz › gzip › tar app/settings.py'],
  ['zip in tar.xz in gzip', 'deep.gz', 'gzip › xz › tar lib/inner.zip › zip config/settings.py'],
];

/** What a step with Python makes of the values in `plant/values.json`, in /planted of that stage. */
export function pythonBed(): Bed {
  const bed = new Bed('wrapper', 'planted');
  for (const [title, file, form] of byPython)
    bed.add(title, `planted/${file}`, [
      { place: 'layer', path: `planted/${file}`, form, visible: true, createdBy: 'COPY /planted ' },
    ]);
  const values = Object.fromEntries(bed.cases.map(({ title, value }) => [title, value]));
  bed.files.set('plant/values.json', Buffer.from(JSON.stringify(values)));
  return bed;
}
