import { deflateSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { scanImage } from '../../../../src/scan/index.ts';
import { Layout, memorySource } from '../../image/build-image.ts';
import { buildTar } from '../../image/build-tar.ts';
import { compressed } from '../../image/codecs/corpus.ts';
import { secret, token } from '../secrets.ts';

const secretTar = buildTar([{ path: 'key', content: `k=${token}` }]);

test.each(['gzip', 'bzip2', 'xz'])('a tar in %s in a layer is opened, and the file in it named', async (program) => {
  const layout = new Layout();
  const files = [
    { path: 'backup', content: compressed(program, [], secretTar) },
    { path: 'clean', content: compressed(program, [], buildTar([{ path: 'key', content: 'k=another' }])) },
  ];
  layout.root([layout.image([files])]);
  const { findings, incomplete, coverage } = await scanImage(memorySource(layout.files), [secret()]);
  expect(findings.map(({ form, location }) => [form, location])).toEqual([
    [[program, 'tar key'], expect.objectContaining({ path: 'backup', offset: 2 })],
  ]);
  expect(incomplete).toEqual([]);
  expect(coverage).toMatchObject({ notOpened: {}, damaged: { count: 0 } });
  expect(coverage.opened[program]).toBeGreaterThanOrEqual(2);
});

test('an xz with a large window is counted, and named', async () => {
  const content = compressed('xz', ['--lzma2=preset=0,dict=128MiB'], secretTar);
  const { coverage } = await scanImage(memorySource(new Map([['a.xz', content]]), 'files'), [secret()]);
  expect(coverage.notOpened).toEqual({ 'xz with an unknown filter or a large window': 1 });
  expect(coverage.notOpenedExamples).toEqual([expect.objectContaining({ where: 'a.xz' })]);
});

test.each(['bzip2', 'xz'])('a broken file in %s is incomplete when something of it is lost', async (program) => {
  const whole = compressed(program, [], secretTar);
  whole.fill(0x55, 30, 60);
  const { incomplete } = await scanImage(memorySource(new Map([['a', whole]]), 'files'), [secret()]);
  expect(incomplete.map(({ why }) => why)).toEqual([`the ${program} data is broken`]);
});

function packed(program: string, content = 'first'): Buffer {
  const bytes = Buffer.from(content);
  if (program === 'zlib') return deflateSync(bytes);
  return program === 'lzma' ? compressed('xz', ['--format=lzma'], bytes) : compressed(program, [], bytes);
}

test.each([
  ['gzip', 'gzip'],
  ['gzip', 'bzip2'],
  ['gzip', 'xz'],
  ['bzip2', 'bzip2'],
  ['bzip2', 'gzip'],
  ['xz', 'gzip'],
  ['lzma', 'lzma'],
  ['zlib', 'zlib'],
  ['zlib', 'gzip'],
  ['zstd', 'gzip'],
  ['zstd', 'zstd'],
])('behind %s and zeros a file in %s is opened', async (first, second) => {
  for (const zeros of [0, 1, 70_000])
    for (const chunkBytes of [1000, 65536]) {
      const content = Buffer.concat([packed(first), Buffer.alloc(zeros), packed(second, `k=${token}`)]);
      const { findings } = await scanImage(memorySource(new Map([['a', content]]), 'files', chunkBytes), [secret()]);
      expect(findings.flatMap(({ form = [] }) => form)).toContain(second);
    }
});

test('what stands behind bzip2 and more zeros than a block is opened, too', async () => {
  const content = Buffer.concat([packed('bzip2'), Buffer.alloc(3_000_000), packed('gzip', `k=${token}`)]);
  const { findings } = await scanImage(memorySource(new Map([['a', content]]), 'files', 65536), [secret()]);
  expect(findings).toHaveLength(1);
});

test('a gzip file with reserved flags is opened, as Python opens it', async () => {
  const content = packed('gzip', `k=${token}`);
  content[3]! |= 0xe0;
  const { findings } = await scanImage(memorySource(new Map([['a', content]]), 'files'), [secret()]);
  expect(findings).toHaveLength(1);
});

test('what compress and cpio write by themselves is counted, and what only begins like it is not', async () => {
  const cpio = Buffer.alloc(512);
  for (const [at, number] of [
    [0, 0o070707],
    [6, 0o100644],
    [20, 5],
  ] as const)
    cpio.writeUInt16LE(number, at);
  const files = new Map([
    ['a.Z', Buffer.from([0x1f, 0x9d, 0x90, 1, 2, 3])],
    ['little', cpio],
    ['big', Buffer.from(cpio).swap16()],
    ['no.Z', Buffer.from([0x1f, 0x9d, 0x1f, 1, 2, 3])],
    ['no', Buffer.from([0xc7, 0x71, ...Buffer.alloc(100)])],
  ]);
  const { coverage } = await scanImage(memorySource(files, 'files'), [secret()]);
  expect(coverage.notOpened).toEqual({ compress: 1, 'binary cpio': 2 });
});

test('a value in the header of a gzip file is told beside the one in its content', async () => {
  const [whole, flagged] = [packed('gzip', `k=${token}`), Buffer.from([0x1f, 0x8b, 8, 16, 0, 0, 0, 0, 0, 3])];
  const commented = Buffer.concat([flagged, Buffer.from(`${token}\0`), whole.subarray(10)]);
  for (const content of [commented, Buffer.concat([packed('gzip'), commented])])
    for (const chunkBytes of [1, 65536]) {
      const { findings } = await scanImage(memorySource(new Map([['a', content]]), 'files', chunkBytes), [secret()]);
      expect(findings.map(({ message }) => message)).toEqual(['TOKEN is in a', 'TOKEN is in the name or header of a']);
    }
});
