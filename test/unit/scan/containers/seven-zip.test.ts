import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { type ScanResult, scanImage } from '../../../../src/scan/index.ts';
import { memorySource } from '../../image/build-image.ts';
import { compressed } from '../../image/codecs/corpus.ts';
import { secret, token } from '../secrets.ts';
import { archive, closed, opened } from './seven-zip-archives.ts';
import { copyFolder, headerOf, number, type Streams, sevenZipOf, streamsInfo } from './seven-zip-writer.ts';

function scan(content: Buffer, chunkBytes = 65536): Promise<ScanResult> {
  return scanImage(memorySource(new Map([['a.7z', content]]), 'files', chunkBytes), [secret()]);
}

/** Of findings in what was decoded. */
const formsOf = ({ findings }: ScanResult): string[] => findings.flatMap(({ form }) => form ?? []);

const cannotBeRead = 'the header of the 7z archive cannot be read';

test.each(Object.keys(opened))('an archive as 7-Zip writes it is opened: %s', async (name) => {
  for (const chunkBytes of [1, 65536]) {
    const result = await scan(archive(opened, name), chunkBytes);
    expect(formsOf(result)).toEqual(['7z key.txt', '7z sub/größe.txt']);
    expect(result.findings.map(({ location }) => location)).toContainEqual(
      expect.objectContaining({ path: 'a.7z', offset: 5 }),
    );
    expect(result.incomplete).toEqual([]);
    // the archive itself, and four files in it
    expect(result.coverage).toMatchObject({ opened: { '7z': 1 }, notOpened: {}, damaged: { count: 0 }, files: 5 });
  }
});

test.each([
  ['PPMd', { '7z method PPMd': 1 }, 'a.7z › key.txt'],
  ['SWAP4', { '7z method 020304': 1 }, 'a.7z › key.txt'],
  ['a password', { 'encrypted 7z files': 3 }, 'a.7z › sub/größe.txt'],
  ['a password for the header, too', { 'encrypted 7z': 1 }, 'a.7z'],
])('what is not opened is counted and named: %s', async (name, notOpened, where) => {
  const { coverage, incomplete } = await scan(archive(closed, name));
  expect(coverage.notOpened).toEqual(notOpened);
  expect(coverage.notOpenedExamples.map((example) => example.where)).toContain(where);
  expect([incomplete, coverage.damaged.count]).toEqual([[], 0]);
});

test('content that is not what its checksum says is told of', async () => {
  const whole = archive(opened, 'Copy');
  whole[33]! ^= 1;
  const { incomplete } = await scan(whole);
  expect(incomplete.map(({ why }) => why)).toEqual(['the checksum of a file in the 7z archive does not hold']);
});

test('wherever it is cut off, and whatever byte is changed, it is not taken for clean', async () => {
  const whole = archive(opened, 'nothing asked for');
  for (let length = 32; length < whole.length; length += 13) {
    const { incomplete } = await scan(whole.subarray(0, length));
    expect(incomplete.map(({ why }) => why)).toEqual(['the 7z archive is cut off']);
  }
  // the version, in front of that, means little
  for (let at = 8; at < whole.length; at += 3) {
    const changed = Buffer.from(whole);
    changed[at]! ^= 0x11;
    const { incomplete, coverage } = await scan(changed);
    expect([at, incomplete.length + Object.keys(coverage.notOpened).length]).not.toEqual([at, 0]);
  }
});

/** Files as they are, in one folder. */
function copied(files: readonly (readonly [string, string | Buffer])[], more: Partial<Streams> = {}): Buffer {
  const bodies = files.map(([, body]) => Buffer.from(body));
  const packed = Buffer.concat(bodies);
  const streams = { packs: [packed.length], folders: [copyFolder], sizes: [packed.length] };
  const names = files.map(([name]) => name);
  return sevenZipOf(packed, headerOf({ ...streams, files: [bodies.map(({ length }) => length)], ...more }, names));
}

test('a wrapper in a file is opened, and a name that holds a value is found', async () => {
  const files: [string, string | Buffer][] = [
    ['a.gz', gzipSync(token)],
    [`${token}.txt`, 'nothing'],
  ];
  const { findings, coverage } = await scan(copied(files));
  expect(findings.map(({ form }) => form)).toContainEqual(['7z a.gz', 'gzip']);
  expect(findings.map(({ location }) => location)).toContainEqual(
    expect.objectContaining({ inside: [{ container: '7z', path: '***.txt' }] }),
  );
  expect(coverage.opened).toEqual({ '7z': 1, gzip: 1 });
});

test('what no part of the archive is, and what stands behind it, is opened', async () => {
  const hidden = gzipSync(token);
  const body = Buffer.from('a body');
  const streams = { offset: hidden.length, packs: [body.length], folders: [copyFolder], sizes: [body.length] };
  const before = sevenZipOf(Buffer.concat([hidden, body]), headerOf(streams, ['a']));
  const behind = Buffer.concat([copied([['a', 'a body']]), Buffer.alloc(100), hidden]);
  const inHeader = sevenZipOf(body, Buffer.concat([headerOf({ ...streams, offset: 0 }, ['a']), hidden]));
  for (const [content, form, why] of [
    [before, '7z at byte 32', 'there are bytes between the parts of the 7z archive'],
    [behind, '7z behind the end', 'there are bytes behind the end of the 7z data'],
    [inHeader, '7z behind the header', 'there are bytes behind the header of the 7z archive'],
  ] as const) {
    const result = await scan(content);
    expect(result.findings.map((finding) => finding.form)).toEqual([[form, 'gzip']]);
    expect(result.coverage.damaged.examples.map((example) => example.why)).toEqual([why]);
  }
});

test('what stands behind the end of compressed data is opened', async () => {
  const body = Buffer.from('a body that is long enough');
  const lzma2 = [1, 0x21, 0x21, 1, 8];
  const packed = Buffer.concat([compressed('xz', ['--format=raw', '--lzma2'], body), gzipSync(token)]);
  const streams = { packs: [packed.length], folders: [lzma2], sizes: [body.length] };
  const { findings, coverage } = await scan(sevenZipOf(packed, headerOf(streams, ['a'])));
  expect(findings.map(({ form }) => form)).toEqual([['7z behind the end', 'gzip']]);
  expect(coverage.damaged.count).toBe(1);
});

test('bytes of a folder that no file has are searched, and files without bytes are told of', async () => {
  const more = await scan(copied([['a', `a body ${token}`]], { sizes: [6], files: [[6]] }));
  expect(more.findings.map(({ form }) => form)).toContainEqual(['7z behind the files of the folder of stream 1']);
  const less = await scan(copied([['a', 'a body']], { sizes: [7], files: [[7]] }));
  expect(less.incomplete.map(({ why }) => why)).toEqual(['the 7z archive holds less than its header says']);
});

test('streams without names, and the names of too many files', async () => {
  const packed = compressed('xz', ['--format=raw', '--lzma1'], Buffer.from(token));
  const folder = [1, 0x23, 3, 1, 1, 5, 0x5d, 0, 0, 0x80, 0];
  const streams = { packs: [packed.length], folders: [folder], sizes: [token.length] };
  const unnamed = await scan(sevenZipOf(packed, Buffer.from([1, 4, ...streamsInfo(streams), 0])));
  expect(unnamed.findings.map(({ form }) => form)).toEqual([['7z stream 1']]);
  const many = await scan(sevenZipOf(packed, headerOf(streams, ['a', 'b'])));
  expect(many.findings).toHaveLength(1);
  expect(many.incomplete.map(({ why }) => why)).toEqual([cannotBeRead]);
});

const one = { packs: [1], folders: [copyFolder], sizes: [1] };
const two = [0x11, 0, 1, 1];
const itself = { ...one, offset: 1 };
const itsSize = 1 + streamsInfo(itself).length;
/** Coders that take from each other: by bonds of an input and an output. */
const graph = (coders: number[], ...bonds: number[]): Streams => ({
  ...one,
  folders: [[...coders, ...bonds]],
  sizes: [1, 1],
});

test.each<[string, number[], string | undefined]>([
  ['two coders that take from each other', [1, 4, ...streamsInfo(graph([2, ...two, ...two], 0, 0)), 0], undefined],
  ['a coder that gives to itself', [1, 4, ...streamsInfo(graph([1, ...two], 0, 0)), 0], undefined],
  ['a bond of what is not there', [1, 4, ...streamsInfo(graph([2, ...two, ...two], 0, 9)), 0], undefined],
  ['a folder without coders', [1, 4, ...streamsInfo({ ...one, folders: [[0]] }), 0], undefined],
  ['a million streams that are not there', [1, 4, 6, 0, ...number(1e6), 9], undefined],
  ['a million folders that are not there', [1, 4, 7, 0x0b, ...number(1e6), 0], undefined],
  [
    'two million files of one byte',
    [1, 4, 7, 0x0b, 1, 0, ...copyFolder, 0x0c, 1, 0, 8, 0x0d, ...number(3e6)],
    '7z with too many files',
  ],
  ['a size that no number has', [1, 4, 6, 0, 1, 9, 0xff, 255, 255, 255, 255, 255, 255, 255, 255, 0], undefined],
  ['files of more bytes than their folder', [1, 4, ...streamsInfo({ ...one, files: [[9, 1]] }), 0], undefined],
  ['names that are not there', [1, 4, ...streamsInfo(one), 5, 1, 0x11, 1, 0, 0, 0], undefined],
  ['names elsewhere', [1, 4, ...streamsInfo(one), 5, 1, 0x11, 2, 1, 0, 0, 0], '7z with an external header'],
  ['folders elsewhere', [1, 4, 7, 0x0b, 1, 1, 0], '7z with an external header'],
  ['streams for the header', [1, 3, ...streamsInfo(one), 0], '7z with an external header'],
  [
    'a header in a header in a header …',
    [0x17, ...streamsInfo({ ...itself, packs: [itsSize], sizes: [itsSize] })],
    '7z with a header that is packed many times',
  ],
  ['seventeen coders', [1, 4, 7, 0x0b, 1, 0, 17, 0, 0, 0], '7z with another graph of coders'],
  ['another part', [1, 9, 0], undefined],
  ['nothing at all', [0], undefined],
])('a header with %s is told of', async (_, header, notOpened) => {
  const { incomplete, coverage } = await scan(sevenZipOf(Buffer.from('x'), Buffer.from(header)));
  const whys = incomplete.map(({ why }) => why);
  if (notOpened === undefined) expect([whys, coverage.notOpened]).toEqual([[cannotBeRead], {}]);
  else expect([whys, coverage.notOpened]).toEqual([[], { [notOpened]: 1 }]);
});

test('an archive that is not all there, or too large to be kept, is told of before its end', async () => {
  const header = headerOf(one, ['a']);
  const absent = await scan(sevenZipOf(Buffer.from('x'), header, { offset: 2 ** 20 }));
  expect(absent.incomplete.map(({ why }) => why)).toEqual(['the 7z archive is cut off']);
  for (const place of [{ offset: 2 ** 26 }, { size: 2 ** 62 }]) {
    const { coverage, incomplete } = await scan(sevenZipOf(Buffer.from('x'), header, place));
    expect([coverage.notOpened, incomplete]).toEqual([{ '7z (large)': 1 }, []]);
  }
});

test('compression in compression is counted, and a folder with a broken filter', async () => {
  const lzma = [0x23, 3, 1, 1, 5, 0x5d, 0, 0, 0x80, 0];
  const twice = { packs: [1], folders: [[2, ...lzma, ...lzma, 0, 1]], sizes: [1, 1] };
  expect((await scan(sevenZipOf(Buffer.from('x'), headerOf(twice, ['a'])))).coverage.notOpened).toEqual({
    '7z with compression in compression': 1,
  });
  const arm = { ...one, folders: [[1, 0x21, 7, 3, 0, 0, 0]] };
  expect((await scan(sevenZipOf(Buffer.from('x'), headerOf(arm, ['a'])))).coverage.notOpened).toEqual({
    '7z method 07': 1,
  });
});

test('an empty archive is nothing', async () => {
  const { coverage, incomplete } = await scan(sevenZipOf(Buffer.alloc(0), Buffer.alloc(0)));
  expect([coverage.opened, coverage.notOpened, incomplete]).toEqual([{ '7z': 1 }, {}, []]);
});
