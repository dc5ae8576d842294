import { randomBytes } from 'node:crypto';
import { constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { scanImage } from '../../../../src/scan/index.ts';
import { memorySource } from '../../image/build-image.ts';
import { buildTar } from '../../image/build-tar.ts';
import { compressed } from '../../image/codecs/corpus.ts';
import { secret, token } from '../secrets.ts';
import { archive, opened } from './seven-zip-archives.ts';
import { sevenZipOf } from './seven-zip-writer.ts';
import { local, zipOf } from './zip-file.ts';

async function scan(content: Buffer, chunkBytes = 65_536) {
  const source = memorySource(new Map([['app', content]]), 'files', chunkBytes);
  const { findings, ...rest } = await scanImage(source, [secret()]);
  return { ...rest, forms: findings.map(({ form }) => form?.join(' › ') ?? '') };
}

const elf = Buffer.from('\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0', 'latin1');
const noise = Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * index * 31 + (index >> 3)) & 0x3f));
const head = Buffer.concat([elf, noise]);
const text = `${'settings that are longer than a trial '.repeat(40)}${randomBytes(900).toString('hex')} k=${token}\n`;
const tar = buildTar([{ path: 'etc/key', content: text }]);

test.each([
  ['gzip', 'gzip at byte 5016 › tar etc/key'],
  ['bzip2', 'bzip2 at byte 5016 › tar etc/key'],
  ['xz', 'xz at byte 5016 › tar etc/key'],
  ['zstd', 'zstd at byte 5016 › tar etc/key'],
  ['lz4', 'lz4 at byte 5016 › tar etc/key'],
])('an archive in %s in the middle of a program is opened', async (program, form) => {
  const content = Buffer.concat([head, compressed(program, [], tar), noise, noise]);
  for (const chunkBytes of [97, 1000, 5020, 65_536]) {
    const { forms, incomplete, coverage } = await scan(content, chunkBytes);
    // LZ4 leaves what does not repeat as it is
    const chains = forms.filter((chain) => chain !== '');
    expect([chunkBytes, chains, incomplete, coverage.damaged.count]).toEqual([chunkBytes, [form], [], 0]);
    expect(coverage.opened).toEqual({ [program]: 1, tar: 1 });
  }
});

test('zlib streams in a program are opened, as PyInstaller appends them, short ones too', async () => {
  const short = deflateSync(`k=${token}`);
  const content = Buffer.concat([head, deflateSync(text, { level: 9 }), noise, short, Buffer.from('MEI\x0c'), noise]);
  for (const chunkBytes of [97, 65_536]) {
    const { forms, incomplete, coverage } = await scan(content, chunkBytes);
    const second = content.indexOf(short);
    expect([forms, incomplete, coverage.damaged.count]).toEqual([
      ['zlib at byte 5016', `zlib at byte ${second}`],
      [],
      0,
    ]);
  }
});

test.each([
  [0, 4000],
  [1, 0],
  [100, 70_000],
])('several streams that follow each other, %p bytes apart, are all opened', async (between, size) => {
  const big = Buffer.concat([randomBytes(size), Buffer.from(`k=${token}`)]);
  const gap = Buffer.alloc(between, 7);
  const parts = [
    gzipSync(big),
    gap,
    compressed('xz', [], big),
    gap,
    compressed('zstd', [], big),
    gap,
    deflateSync(big),
  ];
  const { forms, incomplete } = await scan(Buffer.concat([head, ...parts, noise]));
  expect(forms.map((form) => form.split(' ')[0])).toEqual(expect.arrayContaining(['gzip', 'xz', 'zstd', 'zlib']));
  expect(incomplete).toEqual([]);
});

test('what is stored in a compressed stream is found once, where it is opened', async () => {
  const inner = gzipSync(text);
  const outer = gzipSync(Buffer.concat([elf, randomBytes(2000), inner]), { level: 0 });
  const { forms } = await scan(Buffer.concat([head, outer, noise]));
  expect(forms).toEqual(['gzip at byte 5016 › gzip at byte 2016']);
});

test('a zip, and streams before and behind it, are opened', async () => {
  const zip = zipOf([{ path: 'key.gz', content: gzipSync(`k=${token}`), method: 0 }]);
  const content = Buffer.concat([head, gzipSync(text), noise, zip, gzipSync(text)]);
  for (const chunkBytes of [97, 65_536]) {
    const { forms, incomplete } = await scan(content, chunkBytes);
    expect([forms, incomplete]).toEqual([
      ['gzip at byte 5016 › ', 'zip key.gz › gzip', `gzip at byte ${content.length - gzipSync(text).length}`].map(
        (form) => form.replace(/ › $/, ''),
      ),
      [],
    ]);
  }
});

test('a zip in a file that carries none is opened, and is no matter when it is broken', async () => {
  const key = { path: 'key', content: `k=${token}` };
  const zip = zipOf([key]);
  const broken = zipOf([key, { path: 'other', content: '', data: Buffer.alloc(900, 0xff) }]);
  const pickle = Buffer.concat([Buffer.from([0x80, 4, 0x95]), noise]);
  for (const [bytes, damaged] of [
    [zip, 0],
    [broken, 1],
  ] as const) {
    const { forms, incomplete, coverage } = await scan(Buffer.concat([pickle, bytes]));
    expect([forms, incomplete, coverage.damaged.count > 0]).toEqual([['zip key'], [], damaged === 1]);
    // what a program is the head of is an archive, and must be whole
    const carried = await scan(Buffer.concat([head, bytes]));
    expect([carried.forms, carried.incomplete.length > 0]).toEqual([['zip key'], damaged === 1]);
  }
});

test('a beginning without an end hides nothing that follows', async () => {
  const named = Buffer.from('\x1f\x8b\x08\x08\0\0\0\0\0\x03', 'latin1');
  const member = local({ path: 'a', content: 'x' });
  member.writeUInt32LE(50_000_000, 18);
  const pickle = Buffer.from([0x80, 4, 0x95, 0]);
  for (const start of [named, member]) {
    const { forms } = await scan(Buffer.concat([pickle, start, Buffer.alloc(3000, 'x'), gzipSync(text), noise]));
    expect(forms).toEqual([expect.stringMatching(/^gzip at byte /)]);
  }
});

test('data that decodes to much more than it is, is opened at once', async () => {
  const bomb = gzipSync(Buffer.concat([Buffer.alloc(2_000_000), Buffer.from(text)]));
  expect((await scan(Buffer.concat([head, bomb, noise]))).forms).toEqual(['gzip at byte 5016']);
  const short = deflateSync(Buffer.concat([Buffer.alloc(100_000), Buffer.from(`k=${token}`)]));
  expect(short.length).toBeLessThan(400);
  expect((await scan(Buffer.concat([head, short]))).forms).toEqual(['zlib at byte 5016']);
});

test('the header of a member with a name and an extra field is passed', async () => {
  const plain = gzipSync(text);
  const header = Buffer.from([0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 6, 0, 66, 67, 2, 0, 1, 2]);
  const member = Buffer.concat([header, Buffer.from('name\0a comment\0\x12\x34', 'latin1'), plain.subarray(10)]);
  expect((await scan(Buffer.concat([head, member, noise]))).forms).toEqual(['gzip at byte 5016']);
});

test('magic numbers that nothing comes of are nothing', async () => {
  const magics = [
    '\x1f\x8b\x08\0\0\0\0\0\0\x03',
    '\x28\xb5\x2f\xfd\x04',
    '\xfd7zXZ\0\0\x04',
    'BZh91AY&SY',
    '\x04\x22\x4d\x18\x64\x40',
  ]
    .concat([
      'x\x9c',
      'x\xda\xed\xbd',
      'hsqs',
      '7z\xbc\xaf\x27\x1c',
      'Rar!\x1a\x07\0',
      'PK\x03\x04',
      'MSCF\0\0\0\0',
      'UPX!',
    ])
    .map((magic) => Buffer.concat([Buffer.from(magic, 'latin1'), noise]));
  for (const chunkBytes of [97, 65_536]) {
    const { coverage, incomplete } = await scan(Buffer.concat([head, ...magics, ...magics]), chunkBytes);
    expect([coverage.opened, coverage.notOpened, coverage.damaged.count, incomplete]).toEqual([{}, {}, 0, []]);
  }
});

test('a stream that breaks after it gave something is damaged, and what it gave is searched', async () => {
  const words = text + randomBytes(100_000).toString('hex');
  const begun = deflateRawSync(words, { finishFlush: constants.Z_SYNC_FLUSH });
  // RFC 1951, 3.2.3: a block of the type that is reserved
  const stream = Buffer.concat([gzipSync('').subarray(0, 10), begun, Buffer.alloc(1000, 0x07)]);
  const { forms, incomplete, coverage } = await scan(Buffer.concat([head, stream, gzipSync(text)]));
  expect(forms[0]).toBe('gzip at byte 5016');
  expect([coverage.damaged.count, incomplete]).toEqual([1, []]);
});

test('what a false magic number took is looked at again', async () => {
  const gzip = gzipSync(text);
  const many = Buffer.from('\x1f\x8b\x08'.repeat(100), 'latin1');
  // Extra fields of 9000 and of 65,535 bytes, of which the file has not that many.
  const extra = Buffer.from('1f8b0804000000000003282352412423', 'hex');
  const endless = Buffer.from('1f8b0804000000000003ffff5241f0ff', 'hex');
  // A block of 20,000 bytes, which begins with a match before the beginning.
  const lz4 = Buffer.from('04224d18604082204e0000', 'hex');
  for (const before of [many, extra, endless, lz4]) {
    const { forms, incomplete } = await scan(
      Buffer.concat([head, before, noise, gzip, Buffer.alloc(20_000, 0x07)]),
      70_000,
    );
    expect([forms, incomplete]).toEqual([[`gzip at byte ${head.length + before.length + noise.length}`], []]);
  }
});

test('what a false beginning took to the end of the file, or chunks ago, is looked at again', async () => {
  // A block of 60,000 bytes that the file does not have; one of 20,000 that is over some chunks later.
  for (const size of ['60ea0000', '204e0000'])
    for (const chunkBytes of [1000, 7000, 70_000]) {
      const lz4 = Buffer.from(`04224d18604082${size}`, 'hex');
      const content = Buffer.concat([head, lz4, noise, gzipSync(text), Buffer.alloc(17_000, 0x07)]);
      const { forms, incomplete, coverage } = await scan(content, chunkBytes);
      expect([forms, incomplete, coverage.damaged.count]).toEqual([
        [`gzip at byte ${head.length + lz4.length + noise.length}`],
        [],
        0,
      ]);
    }
});

test('behind thousands of false beginnings the rest is counted, so that no file takes for ever', async () => {
  const empty = gzipSync('');
  const { forms, coverage } = await scan(Buffer.concat([head, ...new Array(5000).fill(empty), noise, gzipSync(text)]));
  expect(forms).toEqual([]);
  expect(coverage.notOpened['data behind thousands of false beginnings']).toBeGreaterThan(900);
});

test('a 7z is opened, one after another, and what else stands there', async () => {
  const one = archive(opened, 'nothing asked for');
  for (const chunkBytes of [97, 65_536]) {
    const { forms, coverage, incomplete } = await scan(
      Buffer.concat([head, one, noise, one, noise, gzipSync(text)]),
      chunkBytes,
    );
    expect(forms).toEqual(['7z key.txt', '7z sub/größe.txt', expect.stringMatching(/^gzip at byte/)]);
    expect([coverage.opened, coverage.notOpened, coverage.damaged.count, incomplete]).toEqual([
      { '7z': 2, gzip: 1 },
      {},
      0,
      [],
    ]);
  }
});

test('a 7z that is not all there hides nothing behind its beginning', async () => {
  const one = sevenZipOf(gzipSync(text), Buffer.from('header'), { offset: 2 ** 20 });
  const other = archive(opened, 'nothing asked for');
  const { forms, coverage, incomplete } = await scan(Buffer.concat([head, one, noise, other, noise]));
  expect(forms).toEqual([`gzip at byte ${head.length + 32}`]);
  expect(coverage.notOpened).toEqual({ '7z in a 7z': 1 });
  expect(incomplete.map(({ why }) => why)).toEqual(['the 7z archive is cut off']);
});

test('a squashfs and a packed program are counted', async () => {
  const squashfs = Buffer.alloc(96);
  squashfs.write('hsqs');
  squashfs.writeUInt32LE(131_072, 12);
  squashfs.writeUInt16LE(1, 20);
  squashfs.writeUInt16LE(17, 22);
  squashfs.writeUInt16LE(4, 28);
  const upx = Buffer.from('UPX!\x0d\x16\x0e\x0a', 'latin1');
  const { coverage } = await scan(Buffer.concat([head, upx, noise, squashfs, noise]));
  expect(coverage.notOpened).toEqual({ upx: 1, squashfs: 1 });
  expect(coverage.notOpenedExamples.map(({ where }) => where)).toContain('app › at byte 5016');
});

/** An ELF program whose segments have these flags (readable 4, executable 1) and lie one after another. */
function programOf(segments: readonly { flags: number; content: Buffer }[]): Buffer {
  const header = Buffer.alloc(64 + 56 * segments.length);
  elf.copy(header);
  header.writeBigUInt64LE(64n, 32);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(segments.length, 56);
  let at = header.length;
  for (const [index, { flags, content }] of segments.entries()) {
    header.writeUInt32LE(1, 64 + 56 * index);
    header.writeUInt32LE(flags, 68 + 56 * index);
    header.writeBigUInt64LE(BigInt(at), 72 + 56 * index);
    header.writeBigUInt64LE(BigInt(content.length), 96 + 56 * index);
    at += content.length;
  }
  return Buffer.concat([header, ...segments.map(({ content }) => content)]);
}

test('instructions are passed over only where constants have a segment of their own', async () => {
  const [constants, code] = [gzipSync(`a${text}`), gzipSync(`b${text}`)];
  const apart = programOf([
    { flags: 5, content: Buffer.concat([noise, code, noise]) },
    { flags: 4, content: Buffer.concat([constants, noise]) },
  ]);
  const together = programOf([{ flags: 5, content: Buffer.concat([noise, code, noise]) }]);
  for (const chunkBytes of [5500, 65_536]) {
    expect((await scan(apart, chunkBytes)).forms).toEqual([`gzip at byte ${apart.indexOf(constants)}`]);
    expect((await scan(together, chunkBytes)).forms).toEqual([`gzip at byte ${together.indexOf(code)}`]);
  }
});

test('what begins as text and goes on as something else is looked through, and other text is not', async () => {
  const note = Buffer.from(`HTTP/1.1 200 OK\r\nx-note: größe ${'é'.repeat(3000)}\r\n\r\n`);
  const gzip = gzipSync(text);
  const zip = zipOf([{ path: 'key', content: `k=${token}` }]);
  for (const chunkBytes of [1, 97, 1000, note.length - 1, note.length, note.length + 1, 65_536]) {
    const answer = await scan(Buffer.concat([note, gzip, noise]), chunkBytes);
    expect([chunkBytes, answer.forms]).toEqual([chunkBytes, [`gzip at byte ${note.length}`]]);
    expect([answer.incomplete, answer.coverage.opened]).toEqual([[], { gzip: 1 }]);
    expect((await scan(Buffer.concat([note, zip]), chunkBytes)).forms).toEqual(['zip key']);
    const plain = await scan(note, chunkBytes);
    expect([plain.coverage.opened, plain.coverage.damaged.count]).toEqual([{}, 0]);
  }
  const latin1 = Buffer.from(`caf\xe9 x^2 PK ${'\xe9t\xe9 '.repeat(3000)}`, 'latin1');
  expect((await scan(Buffer.concat([latin1, gzip]))).forms).toEqual([`gzip at byte ${latin1.length}`]);
});

test('the pixels of a PNG are left alone', async () => {
  const pixels = deflateSync(randomBytes(30_000));
  const chunk = (type: string, data: Buffer) =>
    Buffer.concat([Buffer.from([0, 0, data.length >> 8, data.length & 255]), Buffer.from(type), data, randomBytes(4)]);
  const png = Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0'), deflateSync(`k=${token}`)])),
    chunk('IDAT', pixels.subarray(0, 8192)),
    chunk('IDAT', pixels.subarray(8192)),
  ]);
  const { forms, coverage } = await scan(png);
  expect(forms).toEqual([expect.stringMatching(/^zlib at byte /)]);
  expect([coverage.opened, coverage.damaged.count]).toEqual([{ zlib: 1 }, 0]);
});
