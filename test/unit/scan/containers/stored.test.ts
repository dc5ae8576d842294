import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import type { ScanResult } from '../../../../src/scan/index.ts';
import { scanImage } from '../../../../src/scan/index.ts';
import { memorySource } from '../../image/build-image.ts';
import { buildTar } from '../../image/build-tar.ts';
import { compressed } from '../../image/codecs/corpus.ts';
import { secret, token } from '../secrets.ts';
import { arMember, arOf, cpioOf, rpmOf } from './archives.ts';

function scan(content: Buffer, path = 'a', chunkBytes = 65536): Promise<ScanResult> {
  return scanImage(memorySource(new Map([[path, content]]), 'files', chunkBytes), [secret()]);
}

const clean = { damaged: { count: 0 }, notOpened: {} };
const long = 'a-name-that-is-longer-than-sixteen.txt';
const files = [
  { path: 'first', content: 'x' },
  { path: 'key', content: `T=${token}` },
  { path: 'empty', content: '' },
  { path: long, content: `key: ${token}` },
  { path: 'key.gz', content: gzipSync(token) },
];

test.each([
  ['ar of GNU', 'ar', arOf(files, 'gnu')],
  ['ar of BSD', 'ar', arOf(files, 'bsd')],
  ['cpio newc', 'cpio', cpioOf(files, 'newc')],
  ['cpio crc', 'cpio', cpioOf(files, 'crc')],
  ['cpio odc', 'cpio', cpioOf(files, 'odc')],
])('the members of %s are named, and wrappers in them opened', async (_, name, archive) => {
  for (const chunkBytes of [1, 7, 60, 65536]) {
    const { findings, coverage, incomplete } = await scan(archive, 'a', chunkBytes);
    const told = findings.map(({ form, location }) => [form, 'offset' in location && location.offset]);
    expect(told).toHaveLength(3);
    expect(told).toEqual(
      expect.arrayContaining([
        [[`${name} key`], 2],
        [[`${name} ${long}`], 5],
        [[`${name} key.gz`, 'gzip'], 0],
      ]),
    );
    expect(incomplete).toEqual([]);
    expect(coverage).toMatchObject({ ...clean, opened: { [name]: 1, gzip: 1 }, files: 6 });
  }
});

test('a value in the name of a member is told as that', async () => {
  const { findings } = await scan(cpioOf([{ path: `id-${token}`, content: 'x' }]));
  expect(findings).toHaveLength(1);
  expect(findings[0]!.message).toContain('a');
  expect(JSON.stringify(findings)).not.toContain(token);
});

test.each([
  ['gzip', gzipSync],
  ['xz', (tar: Buffer) => compressed('xz', [], tar)],
  ['bzip2', (tar: Buffer) => compressed('bzip2', [], tar)],
  ['lzma', (tar: Buffer) => compressed('xz', ['--format=lzma'], tar)],
])('a package of Debian is opened, its data in %s', async (program, compress) => {
  const tar = buildTar([{ path: './etc/app.conf', content: `k=${token}` }]);
  const deb = arOf([
    { path: 'debian-binary', content: '2.0\n' },
    { path: 'control.tar.gz', content: gzipSync(buildTar([{ path: './control', content: 'Package: a' }])) },
    { path: 'data.tar', content: compress(tar) },
  ]);
  const { findings, coverage } = await scan(deb, 'a.deb');
  expect(findings.map(({ form }) => form)).toEqual([['ar data.tar', program, 'tar ./etc/app.conf']]);
  expect(coverage).toMatchObject(clean);
});

test('an ar that breaks off, or has no header where one is due, is damaged', async () => {
  const archive = arOf(files);
  const cut = await scan(archive.subarray(0, -9));
  expect(cut.coverage.damaged.examples.map(({ why }) => why)).toContain('the ar archive is cut off');
  const odd = await scan(Buffer.concat([arOf([files[1]!]), Buffer.from('x'.repeat(60))]));
  expect(odd.findings).toHaveLength(1);
  expect(odd.coverage.damaged.examples.map(({ why }) => why)).toEqual(['a header of the ar archive cannot be read']);
  const name = await scan(Buffer.concat([arOf([]), arMember('#1/50', Buffer.from('short'))]));
  expect(name.coverage.damaged.count).toBe(1);
});

test('a thin ar is counted: its members are elsewhere', async () => {
  const { coverage } = await scan(Buffer.from('!<thin>\n//                                              4 '));
  expect(coverage.notOpened).toEqual({ 'thin ar': 1 });
});

test('an initramfs of several archives, the last one compressed, is opened whole', async () => {
  const microcode = Buffer.concat([cpioOf([{ path: 'kernel/x86', content: 'microcode' }]), Buffer.alloc(300)]);
  const second = Buffer.concat([cpioOf([{ path: 'early', content: token }]), Buffer.alloc(8)]);
  const root = cpioOf([{ path: 'etc/key', content: token }]);
  for (const [program, compress] of [
    ['gzip', gzipSync],
    ['xz', (input: Buffer) => compressed('xz', ['--check=crc32'], input)],
  ] as const) {
    const image = Buffer.concat([microcode, second, compress(root)]);
    for (const chunkBytes of [1, 65536]) {
      const { findings, coverage } = await scan(image, 'boot/initrd.img', chunkBytes);
      expect(findings).toHaveLength(2);
      expect(findings.map(({ form }) => form)).toEqual(
        expect.arrayContaining([['cpio early'], ['cpio behind the trailer', program, 'cpio etc/key']]),
      );
      expect(coverage).toMatchObject(clean);
    }
  }
});

test('a cpio with a tail that is nothing, a broken header or a cut is damaged', async () => {
  const archive = cpioOf(files);
  const why = async (content: Buffer): Promise<string[]> =>
    (await scan(content)).coverage.damaged.examples.map((example) => example.why);
  expect(await why(Buffer.concat([cpioOf([]), Buffer.alloc(512)]))).toEqual([]);
  expect(await why(archive.subarray(0, 300))).toEqual(['the cpio archive is cut off']);
  const broken = Buffer.from(archive);
  broken.write('x', 120);
  expect(await why(broken)).toEqual(['a header of the cpio archive cannot be read']);
});

test.each([
  ['gzip', gzipSync],
  ['xz', (input: Buffer) => compressed('xz', [], input)],
  ['bzip2', (input: Buffer) => compressed('bzip2', [], input)],
  ['lzma', (input: Buffer) => compressed('xz', ['--format=lzma'], input)],
])('the payload of an rpm in %s is opened', async (program, compress) => {
  const payload = compress(cpioOf([{ path: './etc/app.conf', content: `k=${token}` }]));
  for (const chunkBytes of [1, 65536]) {
    const { findings, coverage } = await scan(rpmOf(payload), 'a.rpm', chunkBytes);
    expect(findings.map(({ form }) => form)).toEqual([['rpm payload', program, 'cpio ./etc/app.conf']]);
    expect(coverage).toMatchObject({ ...clean, opened: { rpm: 1, [program]: 1, cpio: 1 } });
  }
});

test('a value in the header of an rpm is found; a payload of no known kind is counted', async () => {
  const { findings, coverage } = await scan(rpmOf(Buffer.from('none that is known'), `pre-install ${token}`));
  expect(findings).toHaveLength(1);
  expect(coverage.notOpened).toEqual({ 'rpm payload': 1 });
  expect((await scan(rpmOf(cpioOf([])).subarray(0, 120))).coverage.damaged.count).toBe(1);
  const broken = rpmOf(cpioOf([]));
  broken[96] = 0;
  expect((await scan(broken)).incomplete).toHaveLength(1);
});

test('brotli is opened by its name only, and what is none is no damage', async () => {
  const content = brotliCompressSync(Buffer.from(`key=${token}`));
  const found = await scan(content, 'app.js.br');
  expect(found.findings.map(({ form }) => form)).toEqual([['brotli']]);
  expect(found.coverage).toMatchObject({ ...clean, opened: { brotli: 1 } });
  const inside = await scan(buildTar([{ path: 'www/app.js.br', content }]), 'a.tar');
  expect(inside.findings.map(({ form }) => form)).toEqual([['tar www/app.js.br', 'brotli']]);
  expect((await scan(content, 'app.js')).coverage.opened).toEqual({});
  const text = await scan(Buffer.from('# a text in Breton'), 'text.br');
  expect(text.coverage).toMatchObject({ ...clean, opened: {} });
});

test('brotli that breaks off is counted', async () => {
  const whole = brotliCompressSync(Buffer.from(`key=${token} ${'filler '.repeat(3000)}`));
  const { coverage } = await scan(Buffer.concat([whole, Buffer.from('tail')]), 'a.br');
  expect(coverage).toMatchObject({ notOpened: { 'brotli that breaks off': 1 }, damaged: { count: 0 } });
});

test('lz4 and lzip are opened', async () => {
  // a frame of one stored block
  const lz4 = Buffer.concat([
    Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82, 2 + token.length, 0, 0, 0x80]),
    Buffer.from(`k=${token}`),
    Buffer.alloc(4),
  ]);
  expect((await scan(lz4)).findings.map(({ form }) => form)).toEqual([['lz4']]);
  const data = compressed('xz', ['--format=lzma', '--lzma1=preset=6,dict=1MiB'], Buffer.from(`k=${token}`));
  const lzip = Buffer.concat([Buffer.from('LZIP\x01\x14'), data.subarray(13), Buffer.alloc(20)]);
  const { findings, coverage } = await scan(lzip);
  expect(findings.map(({ form }) => form)).toEqual([['lzip']]);
  expect(coverage.damaged.examples.map(({ why }) => why)).toEqual(['the checksum of the lzip data does not hold']);
});

test.each([
  ['a wheel', buildTar([{ path: 'a/key.py', content: `k = "${token}"` }])],
  ['a compressed page', gzipSync(`<a href="https://user:${token}@example.com/">`)],
])('a response in the cache of pip is opened: %s', async (_, body) => {
  // as pip's own vendored msgpack writes it
  const length = Buffer.alloc(3);
  length[0] = 0xc5;
  length.writeUInt16BE(body.length, 1);
  const head = Buffer.from('cc=4,\x81\xa8response\x82\xa4body', 'latin1');
  const rest = Buffer.from('\xa6status\xcc\xc8', 'latin1');
  const { findings, coverage } = await scan(Buffer.concat([head, length, body, rest]), 'http/0/1/2');
  expect(findings).toHaveLength(1);
  expect(findings[0]!.form![0]).toBe('pip cache body');
  expect(coverage).toMatchObject(clean);
});
