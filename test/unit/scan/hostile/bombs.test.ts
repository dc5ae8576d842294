import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { buildTar } from '../../image/build-tar.ts';
import { compressed } from '../../image/codecs/corpus.ts';
import { arOf, cpioOf } from '../containers/archives.ts';
import { zipOf } from '../containers/zip-file.ts';
import { scanFileOf } from './wrappers.ts';

const size = 12 * 1024 * 1024;
const zeros = Buffer.alloc(size);
const limits = { maxStreamBytes: 1024 * 1024 };

/** A frame of run-length blocks of 128 KiB. */
function zstdBomb(): Buffer {
  const block = Buffer.alloc(4);
  block.writeUIntLE((131_072 << 3) | 2, 0, 3);
  const blocks = Array.from({ length: size / 131_072 }, () => block);
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58]), ...blocks, Buffer.from([1, 0, 0])]);
}

/** Blocks of 4 MiB, each one literal and a long match. */
function lz4Bomb(): Buffer {
  const length = 4 * 1024 * 1024 - 5 - 1 - 19;
  const more = Buffer.alloc(Math.floor(length / 255) + 1, 255);
  more[more.length - 1] = length % 255;
  const block = Buffer.concat([Buffer.from([0x1f, 0, 1, 0]), more, Buffer.from([0x50, 0, 0, 0, 0, 0])]);
  const sizeField = Buffer.alloc(4);
  sizeField.writeUInt32LE(block.length);
  const blocks = Array.from({ length: 6 }, () => Buffer.concat([sizeField, block]));
  return Buffer.concat([Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0x73]), ...blocks, Buffer.alloc(4)]);
}

test.each<[string, () => Buffer, string]>([
  ['gzip', () => gzipSync(zeros), 'a'],
  ['zlib', () => deflateSync(zeros), 'a'],
  ['xz', () => compressed('xz', ['-0'], zeros), 'a'],
  ['lzma', () => compressed('xz', ['--format=lzma', '-0'], zeros), 'a'],
  ['bzip2', () => compressed('bzip2', [], zeros), 'a'],
  ['zstd', zstdBomb, 'a'],
  ['lz4', lz4Bomb, 'a'],
  ['brotli', () => brotliCompressSync(zeros), 'a.br'],
  ['zip', () => zipOf([{ path: 'x', content: zeros }]), 'a'],
])('a bomb of %s is left at the limit, which is named', async (_, make, path) => {
  const { incomplete, coverage } = await scanFileOf(make(), path, { limits });
  expect(incomplete).toEqual([expect.objectContaining({ why: expect.stringContaining('scan.max-file-bytes') })]);
  // one step of a decoder beyond it at most
  expect(coverage.decodedBytes).toBeLessThan(6 * 1024 * 1024);
});

test('bombs beside each other are left at the limit of the whole', async () => {
  const bomb = gzipSync(Buffer.alloc(900_000));
  const files = Array.from({ length: 30 }, (_, index) => ({ path: `bomb${index}`, content: bomb, method: 0 }));
  const { incomplete, coverage } = await scanFileOf(zipOf(files), 'a', { limits: { maxTotalBytes: 5_000_000 } });
  expect(incomplete[0]!.why).toContain('scan.max-total-bytes');
  expect(coverage.decodedBytes).toBeLessThan(40_000_000);
});

test('a zip whose directory names one member again and again, or members in others, is incomplete', async () => {
  const whole = zipOf([{ path: 'x', content: zeros.subarray(0, 100_000) }]);
  const entry = whole.subarray(whole.indexOf('PK\x01\x02', 0, 'latin1'), -22);
  const inner = Buffer.from(entry);
  inner.writeUInt32LE(7, 42);
  const bomb = Buffer.concat([whole.subarray(0, -22), ...Array.from({ length: 50 }, () => inner), whole.subarray(-22)]);
  const { incomplete } = await scanFileOf(bomb);
  expect(incomplete.map(({ why }) => why)).toEqual(['the zip lists members that were not found']);
});

/**
 * A gzip file that decodes to itself, but for its checksum: Cox's construction (research.swtch.com, "Zip Files All The Way Down").
 *
 * `copy` and `repeat` are operations of deflate that take five bytes each.
 */
function quine(): Buffer {
  const header = Buffer.concat([Buffer.from('1f8b08080000000000ff', 'hex'), Buffer.from('ab\0')]);
  const trailer = Buffer.alloc(8, 1);
  const copy = (length: number): Buffer =>
    Buffer.from([0, length & 255, length >> 8, ~length & 255, (~length >> 8) & 255]);
  const start = header.length + 5;
  const end = trailer.length + 5;
  const [five, twenty] = [copy(5), copy(20)];
  const [again, again20] = [repeat(start, 9, 9, false), repeat(20, 10, 10, false)];
  const last = repeat(end, 6, 7, true);
  return Buffer.concat([
    header,
    ...[copy(start), header, copy(start), again, five, again, five, five],
    ...[twenty, again, five, five, twenty, again20],
    ...[twenty, again20, twenty, again20, twenty, again20],
    ...[twenty, again20, copy(0), copy(0), copy(end), again20],
    ...[copy(0), copy(0), copy(end), last, trailer, last],
    trailer,
  ]);
}

/** A block with fixed codes: two matches of these lengths (3 to 10) at that distance (9 to 20), and the end. */
function repeat(distance: number, first: number, second: number, final: boolean): Buffer {
  const bits: number[] = [final ? 1 : 0, 1, 0];
  const code = (value: number, length: number): void => {
    for (let bit = length - 1; bit >= 0; bit--) bits.push((value >> bit) & 1);
  };
  const [symbol, base, extra] = distance < 13 ? [6, 9, 2] : distance < 17 ? [7, 13, 2] : [8, 17, 3];
  for (const length of [first, second]) {
    code(length - 2, 7);
    code(symbol, 5);
    for (let bit = 0; bit < extra; bit++) bits.push(((distance - base) >> bit) & 1);
  }
  code(0, 7);
  const bytes = Buffer.alloc(5);
  bits.forEach((bit, at) => {
    bytes[at >> 3]! |= bit << (at & 7);
  });
  return bytes;
}

test('a gzip file that holds itself for ever is left at the limit of depth', async () => {
  const { incomplete, coverage } = await scanFileOf(quine());
  expect(incomplete.map(({ why }) => why)).toEqual(['wrappers are nested deeper than the limit (scan.depth, 10)']);
  expect(coverage.opened).toEqual({ gzip: 10 });
});

test.each<[string, number, (inner: Buffer) => Buffer]>([
  ['gzip', 1000, (inner) => gzipSync(inner)],
  ['zlib', 200, (inner) => deflateSync(Buffer.concat([inner, Buffer.alloc(600)]))],
  ['zip', 1000, (inner) => zipOf([{ path: 'x', content: inner, method: 0 }])],
  ['ar', 1000, (inner) => arOf([{ path: 'x', content: inner }])],
  ['cpio', 1000, (inner) => cpioOf([{ path: 'x', content: inner }])],
  ['tar', 150, (inner) => buildTar([{ path: 'x', content: inner }])],
])(
  '%s in itself %i times is left at the limit of depth',
  async (_, depth, wrap) => {
    let content: Buffer = Buffer.from('core');
    for (let level = 0; level < depth; level++) content = wrap(content);
    const { incomplete } = await scanFileOf(content);
    expect(incomplete.map(({ why }) => why)).toEqual(['wrappers are nested deeper than the limit (scan.depth, 10)']);
    // also where the user lets it be opened all the way: the stack is not the limit
    const all = await scanFileOf(content, 'a', { limits: { maxDepth: 2000 } });
    expect(all.incomplete).toEqual([]);
  },
  60_000,
);
