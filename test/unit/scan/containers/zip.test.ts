import { createHash } from 'node:crypto';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import type { ScanResult } from '../../../../src/scan/index.ts';
import { scanImage } from '../../../../src/scan/index.ts';
import { memorySource } from '../../image/build-image.ts';
import { compressed } from '../../image/codecs/corpus.ts';
import { deflate64Of } from '../../image/codecs/deflate64.ts';
import { secret, token } from '../secrets.ts';
import { central, end, endOf, local, wideEndOf, type ZipFile, zipOf } from './zip-file.ts';

function scan(content: Buffer, chunkBytes = 65536): Promise<ScanResult> {
  return scanImage(memorySource(new Map([['a.zip', content]]), 'files', chunkBytes), [secret()]);
}

const filler = { path: 'filler.txt', content: 'filler '.repeat(50) };

test.each<[string, Omit<ZipFile, 'path' | 'content'>]>([
  ['deflated', {}],
  ['stored', { method: 0 }],
  ['deflated with sizes behind it', { descriptor: 'signed' }],
  ['deflated with unsigned sizes behind it', { descriptor: 'bare' }],
  ['deflated with zip64 sizes behind it', { descriptor: 'zip64' }],
  ['deflated with zip64 sizes', { zip64: true }],
  ['stored with zip64 sizes', { method: 0, zip64: true }],
])('a member that is %s is searched and named, and so are its neighbours', async (_, fields) => {
  const files = ['first', 'second', 'third'].map((path) => ({ path, content: `value: ${token}`, ...fields }));
  for (const chunkBytes of [1, 50, 65536]) {
    const { findings, coverage, incomplete } = await scan(zipOf([filler, ...files]), chunkBytes);
    expect(findings.map(({ form, location }) => [form, location])).toEqual(
      files.map(({ path }) => [[`zip ${path}`], expect.objectContaining({ path: 'a.zip', offset: 7 })]),
    );
    expect(incomplete).toEqual([]);
    expect(coverage.damaged.count).toBe(0);
    expect(coverage.opened).toEqual({ zip: 1 });
  }
});

test('an empty member, a folder and a wrapper in a member are followed', async () => {
  const files: ZipFile[] = [
    { path: 'empty', content: '', descriptor: 'signed' },
    { path: 'folder/', content: '', method: 0 },
    { path: 'stored.gz', content: gzipSync(token), method: 0 },
    { path: 'deflated.gz', content: gzipSync(token) },
  ];
  const { findings, coverage } = await scan(zipOf(files), 9);
  expect(findings.map(({ form }) => form)).toEqual([
    ['zip stored.gz', 'gzip'],
    ['zip deflated.gz', 'gzip'],
  ]);
  expect(coverage).toMatchObject({ damaged: { count: 0 }, opened: { zip: 1, gzip: 2 } });
});

test('members that cannot be opened are counted by kind, and those behind them searched', async () => {
  const files: ZipFile[] = [
    { path: 'locked', content: 'x', flags: 1 },
    { path: 'other', content: 'imploded', method: 6 },
    { path: 'key', content: token },
  ];
  const { findings, coverage, incomplete } = await scan(zipOf(files), 20);
  expect(findings).toHaveLength(1);
  expect(coverage.notOpened).toEqual({ 'encrypted zip member': 1, 'zip method 6': 1 });
  expect(coverage.notOpenedExamples).toEqual([
    { kind: 'encrypted zip member', where: 'a.zip › locked' },
    { kind: 'zip method 6', where: 'a.zip › other' },
  ]);
  expect(incomplete).toEqual([]);
});

test('behind bytes that are no header the next member is found', async () => {
  const files = [filler, { path: 'key', content: token }];
  const gap = Buffer.from(`signing block without a zip header, ${'PK\x01\x02 and no entry'.padEnd(60)}`, 'latin1');
  const directory = Buffer.concat([central(filler, 0), central(files[1]!, local(filler).length + gap.length)]);
  const before = Buffer.concat([local(filler), gap, local(files[1]!), gap]);
  const content = Buffer.concat([before, directory, endOf(2, directory.length, before.length)]);
  const { findings, coverage, incomplete } = await scan(content, 10);
  expect(findings).toHaveLength(1);
  expect(coverage.damaged.count).toBe(1);
  expect(incomplete).toEqual([]);
});

test('a stored member of unknown size is passed over to the next one', async () => {
  const files: ZipFile[] = [
    { path: 'empty', content: '', method: 0, descriptor: 'signed' },
    { path: 'unknown', content: 'abc'.repeat(20), method: 0, descriptor: 'signed' },
    { path: 'key', content: token },
  ];
  const { findings, coverage } = await scan(zipOf(files), 5);
  expect(findings).toHaveLength(1);
  expect(coverage.notOpened).toEqual({ 'zip member of unknown size': 1 });
});

test('a member that the directory lists and that was not found is incomplete', async () => {
  const inside = local({ path: 'hidden', content: gzipSync(token) });
  const carrier = { path: 'carrier', content: inside, method: 0 };
  const hidden = central({ path: 'hidden', content: gzipSync(token) }, local(carrier).length - inside.length);
  for (const directory of [[hidden], [central(carrier, 0), hidden], [central(carrier, 0), central(filler, 5)]]) {
    const { incomplete } = await scan(Buffer.concat([local(carrier), ...directory, end]));
    expect(incomplete.map(({ why }) => why)).toEqual(['the zip lists members that were not found']);
  }
});

test('a member to which the directory gives another size or method is incomplete', async () => {
  for (const other of [
    { ...filler, method: 0 },
    { ...filler, content: 'short' },
  ]) {
    const { incomplete } = await scan(Buffer.concat([local(filler), central(other, 0), end]), 10);
    expect(incomplete.map(({ why }) => why)).toEqual(['the zip lists members with other sizes than they have']);
  }
});

const hidden: ZipFile = { path: 'hidden', content: gzipSync(token) };
const noise = Buffer.alloc(2000, 'noise');
const junk = Buffer.from('JUNKJUNK');

/** Members, then what is said to be their directory. */
function zipWith(
  members: Buffer[],
  directory: Buffer[],
  lie: Partial<Record<'entries' | 'bytes' | 'offset', number>> = {},
): Buffer {
  const [before, entries] = [Buffer.concat(members), Buffer.concat(directory)];
  const { entries: count = directory.length, bytes = entries.length, offset = before.length } = lie;
  return Buffer.concat([before, entries, endOf(count, bytes, offset)]);
}

/** A local header of a stored file with another size than its content has. */
function sized(file: ZipFile, size: number): Buffer {
  const bytes = local({ ...file, method: 0 });
  bytes.writeUInt32LE(size, 18);
  return bytes;
}

const stored = { ...filler, method: 0 };
const first = local(stored);
const swallowed = Buffer.concat([local(hidden), central(stored, 0), central(hidden, first.length)]);
const carrier = { path: 'carrier', content: Buffer.concat([junk, local(hidden)]), method: 0 };
const inCarrier = 30 + carrier.path.length + junk.length;
const size = stored.content.length + swallowed.length;
const atHidden = {
  entries: 2,
  bytes: swallowed.length - local(hidden).length,
  offset: first.length + local(hidden).length,
};

test.each<[string, Buffer]>([
  [
    'a size that reaches behind the end',
    zipWith([sized(stored, 0x7fffffff), local(hidden)], [central(stored, 0), central(hidden, first.length)]),
  ],
  ['a size that covers the directory', zipWith([sized(stored, size), swallowed], [], atHidden)],
  [
    'a size that covers the directory, of which only the bytes are told',
    zipWith([sized(stored, size), swallowed], [], { ...atHidden, entries: 0 }),
  ],
  [
    'another method, behind junk',
    zipWith(
      [first, junk, local({ ...hidden, method: 0, data: deflateRawSync(hidden.content) })],
      [central(stored, 0), central(hidden, first.length + 8)],
    ),
  ],
  [
    'a place in another member, behind junk',
    zipWith([local(carrier), junk, first], [central(carrier, 0), central(hidden, inCarrier)]),
  ],
  ['encryption, which is not in the directory', zipWith([local({ ...hidden, flags: 1 })], [central(hidden, 0)])],
  [
    'an end that counts from another place',
    zipWith([local(carrier), local(stored)], [central(stored, local(carrier).length)], {
      offset: local(carrier).length + first.length + local(carrier).length - inCarrier,
    }),
  ],
  [
    'a zip64 end of another directory',
    Buffer.concat([
      zipWith([first], [central(stored, 0)]).subarray(0, -22),
      wideEndOf(1, 80, 5),
      endOf(1, central(stored, 0).length, first.length),
    ]),
  ],
  [
    'a zip64 end that is not there',
    Buffer.concat([first, central(stored, 0), wideEndOf(1, 80, 5).subarray(56), endOf(0xffff, 0xffffffff, 0xffffffff)]),
  ],
  [
    'an end that leaves all to a zip64 end',
    Buffer.concat([first, central(stored, 0), endOf(0xffff, 0xffffffff, 0xffffffff)]),
  ],
  [
    'a size that covers the directory, of which only the count is told',
    zipWith([sized(stored, size), swallowed], [], { ...atHidden, bytes: 0 }),
  ],
  [
    'a place of a zip64 end that is not there',
    Buffer.concat([
      zipWith([first], [central(stored, 0)]).subarray(0, -22),
      wideEndOf(1, 80, 5).subarray(56),
      endOf(1, central(stored, 0).length, first.length),
    ]),
  ],
  [
    'places that fit only when they count from elsewhere than the end does',
    Buffer.concat([Buffer.from('#!/bin/sh\n'), zipWith([first], [central(stored, 10)])]),
  ],
  ['an end that counts more', zipWith([first], [central(stored, 0)], { entries: 2 })],
])('a directory by which members were not read is incomplete: %s', async (_, content) => {
  for (const chunkBytes of [1, 13, 65536]) {
    const { incomplete } = await scan(content, chunkBytes);
    expect(incomplete).toEqual([expect.objectContaining({ why: expect.stringMatching(/^the zip lists members/) })]);
  }
});

test('a zip64 end that says what the directory is, is nothing to tell', async () => {
  const directory = central(stored, 0);
  for (const narrow of [endOf(1, directory.length, first.length), endOf(0xffff, 0xffffffff, 0xffffffff)]) {
    const content = Buffer.concat([first, directory, wideEndOf(1, directory.length, first.length), narrow]);
    for (const chunkBytes of [1, 65536])
      expect(await scan(content, chunkBytes)).toMatchObject({ incomplete: [], coverage: { damaged: { count: 0 } } });
  }
});

test('a zip that is cut off in a body without a directory is only damaged', async () => {
  const { incomplete, coverage } = await scan(
    zipWith([local({ ...filler, content: noise, method: 0 })], []).subarray(0, 500),
    50,
  );
  expect(incomplete).toEqual([]);
  expect(coverage.damaged.count).toBe(1);
});

test('magic numbers of zips behind a zip are no directory', async () => {
  const magics = ['PK\x01\x02', 'PK\x05\x06', 'PK\x06\x06', 'PK\x06\x07', 'PK\x03\x04'].map(
    (magic) => `${magic} and some code that looks for it behind. `,
  );
  const { incomplete, coverage } = await scan(
    Buffer.concat([zipOf([filler]), Buffer.from(magics.join(''), 'latin1')]),
    9,
  );
  expect(incomplete).toEqual([]);
  expect(coverage.damaged.count).toBe(0);
});

test('a second zip behind the first, and bytes behind that, are read too', async () => {
  const key = { path: 'key', content: token };
  const second = zipOf([filler, key]);
  for (const base of [0, zipOf([filler]).length + 9]) {
    const content = Buffer.concat([
      zipOf([filler]),
      Buffer.from('\0PK\x03\x04no\0x', 'latin1'),
      zipOf([filler, key], base),
    ]);
    for (const chunkBytes of [1, 29, 65536]) {
      const { findings, incomplete, coverage } = await scan(content, chunkBytes);
      expect(findings.map(({ form }) => form)).toEqual([['zip key']]);
      expect(incomplete).toEqual([]);
      expect(coverage.damaged.count).toBe(0);
    }
  }
  expect((await scan(Buffer.concat([zipOf([]), second]))).findings).toHaveLength(1);
});

/** What xz writes as .lzma, with the header that zip has for it. */
function lzmaMember(content: string | Buffer): Buffer {
  const alone = compressed('xz', ['--format=lzma'], Buffer.from(content));
  return Buffer.concat([Buffer.from([9, 20, 5, 0]), alone.subarray(0, 5), alone.subarray(13)]);
}

test.each<[string, number, (content: string) => Buffer, number]>([
  ['Deflate64', 9, (content) => deflate64Of([...Buffer.from(content)]), 0],
  ['bzip2', 12, (content) => compressed('bzip2', [], Buffer.from(content)), 0],
  ['LZMA with an end marker', 14, lzmaMember, 2],
  ['LZMA', 14, lzmaMember, 0],
  ['xz', 95, (content) => compressed('xz', [], Buffer.from(content)), 0],
])('a member compressed by %s is searched and named', async (_, method, compress, flags) => {
  const content = `value: ${token} ${'filler '.repeat(90)}`;
  const files = [filler, { path: 'key', content, method, flags, data: compress(content) }, filler];
  for (const chunkBytes of [1, 65536]) {
    const { findings, incomplete, coverage } = await scan(zipOf(files), chunkBytes);
    expect(findings.map(({ form, location }) => [form, location])).toEqual([
      [['zip key'], expect.objectContaining({ offset: 7 })],
    ]);
    expect(incomplete).toEqual([]);
    expect(coverage).toMatchObject({ notOpened: {}, damaged: { count: 0 } });
  }
});

/** A frame of raw blocks, each of at most 100 kB. */
function rawFrame(content: Buffer): Buffer {
  const most = 100_000;
  const blocks: Buffer[] = [];
  for (let at = 0; at === 0 || at < content.length; at += most) {
    const part = content.subarray(at, at + most);
    const header = Buffer.alloc(3);
    header.writeUIntLE((part.length << 3) | (at + most >= content.length ? 1 : 0), 0, 3);
    blocks.push(header, part);
  }
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x58]), ...blocks]);
}

const selfEnding: [string, number, (content: Buffer) => Buffer, number][] = [
  ['bzip2', 12, (content) => compressed('bzip2', [], content), 0],
  ['LZMA with an end marker', 14, lzmaMember, 2],
  ['xz', 95, (content) => compressed('xz', [], content), 0],
  ['zstd', 93, rawFrame, 0],
];

test.each(selfEnding)(
  '%s of unknown size is searched, and the members behind it',
  async (_, method, compress, flags) => {
    const content = `value: ${token} ${'filler '.repeat(90)}`;
    for (const descriptor of ['signed', 'bare', 'zip64'] as const) {
      const unsized = { content, method, flags, data: compress(Buffer.from(content)), descriptor };
      const files = [
        filler,
        { ...unsized, path: 'first' },
        { path: 'plain', content: token },
        { ...unsized, path: 'last' },
        { ...unsized, path: 'folder/', content: '', data: compress(Buffer.alloc(0)) },
      ];
      for (const chunkBytes of [1, 700, 65536]) {
        const { findings, incomplete, coverage } = await scan(zipOf(files), chunkBytes);
        // the blocks of the zstd frame are raw
        const named = findings.filter(({ form = [] }) => form.length > 0).map(({ form, location }) => [form, location]);
        expect(named).toEqual([
          [['zip first'], expect.objectContaining({ offset: 7 })],
          [['zip plain'], expect.objectContaining({ offset: 0 })],
          [['zip last'], expect.objectContaining({ offset: 7 })],
        ]);
        expect(incomplete).toEqual([]);
        expect(coverage).toMatchObject({ notOpened: {}, damaged: { count: 0 }, opened: { zip: 1 } });
      }
    }
  },
);

test.each(selfEnding)(
  '%s of unknown size that holds a zip ends where its data does',
  async (_, method, compress, flags) => {
    // larger than what is tried first, and too random to be made smaller
    const noise = Buffer.concat(Array.from({ length: 2000 }, (_, at) => createHash('sha256').update(`${at}`).digest()));
    const inner = zipOf([
      { path: 'noise', content: noise, method: 0 },
      { path: 'deep', content: token },
    ]);
    const unsized = { path: 'inner.zip', content: inner, method, flags, data: compress(inner) };
    const files: ZipFile[] = [
      { ...unsized, descriptor: 'signed' },
      { path: 'key', content: token },
    ];
    const { findings, incomplete, coverage } = await scan(zipOf(files), 5000);
    expect(findings.map(({ form }) => form)).toEqual([['zip inner.zip', 'zip deep'], ['zip key']]);
    expect(incomplete).toEqual([]);
    expect(coverage).toMatchObject({ notOpened: {}, damaged: { count: 0 }, opened: { zip: 2 } });
  },
);

test.each(selfEnding)('broken %s of unknown size is told of', async (_, method, compress, flags) => {
  const data = Buffer.concat([compress(Buffer.from('first')).subarray(0, 8), Buffer.alloc(40, 0xff)]);
  const files: ZipFile[] = [
    { path: 'broken', content: 'first', method, flags, data, descriptor: 'signed' },
    { path: 'key', content: token },
  ];
  for (const chunkBytes of [1, 65536]) {
    const { incomplete, coverage } = await scan(zipOf(files), chunkBytes);
    // the header of LZMA asks for a large window
    expect(method === 14 ? Object.keys(coverage.notOpened) : incomplete).not.toHaveLength(0);
  }
});

test('bytes between a member that ends itself and the next are told of, and opened', async () => {
  const [, method, compress] = selfEnding[0]!;
  const data = Buffer.concat([
    compress(Buffer.from('first')),
    Buffer.alloc(100, 'junk'),
    gzipSync(token),
    Buffer.alloc(40),
  ]);
  const files: ZipFile[] = [
    { path: 'gap', content: 'first', method, data, descriptor: 'signed' },
    { path: 'key', content: token },
  ];
  const { findings, incomplete, coverage } = await scan(zipOf(files));
  expect(findings.map(({ form }) => form)).toEqual([['zip behind the end', 'gzip at byte 100'], ['zip key']]);
  expect(incomplete).toEqual([]);
  expect(coverage.damaged.count).toBe(1);
});

test.each(selfEnding)('%s of unknown size that is cut off is damaged', async (_, method, compress, flags) => {
  const data = compress(Buffer.from(`value: ${token} ${'filler '.repeat(90)}`));
  const file: ZipFile = { path: 'cut', content: 'x', method, flags, data, descriptor: 'signed' };
  const { coverage } = await scan(local(file).subarray(0, 30 + 3 + data.length - 4));
  expect(coverage.damaged.count).toBeGreaterThan(0);
});

test('a member compressed by zstd is opened', async () => {
  // a frame of one raw block
  const frame = Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 25, 0xc9, 0, 0]), Buffer.from(token)]);
  for (const method of [93, 20]) {
    const { findings, coverage } = await scan(zipOf([{ path: 'key', content: token, method, data: frame }]));
    expect(findings.map(({ form }) => form)).toContainEqual(['zip key']);
    expect(coverage).toMatchObject({ notOpened: {}, damaged: { count: 0 } });
  }
});

test('a zip that is cut off is damaged, and searched as far as it goes', async () => {
  const { findings, coverage } = await scan(
    Buffer.concat([local({ path: 'key', content: token }), local(filler)]).subarray(0, -5),
  );
  expect(findings).toHaveLength(1);
  expect(coverage.damaged.count).toBeGreaterThan(0);
});

test.each([
  ['a script', '#!/usr/bin/env python3\n'],
  ['a program', `MZ${'\0program'.repeat(200)} reads PK\x03\x04 archives `],
  ['the header of a module of Java', 'JM\x01\0'],
  ['an ELF program', `\x7fELF${'x'.repeat(70_000)}`],
])('a zip behind %s is opened, and its members named', async (_, prefix) => {
  const files = [filler, { path: 'main.py', content: token }];
  // directories of such zips count from the beginning of the file, or from that of the zip
  for (const [chunkBytes, base] of [
    [7, 0],
    [65536, prefix.length],
  ] as const) {
    const content = Buffer.concat([Buffer.from(prefix, 'latin1'), zipOf(files, base)]);
    const { findings, coverage, incomplete } = await scan(content, chunkBytes);
    expect(findings.map(({ form }) => form)).toEqual([['zip main.py']]);
    expect(incomplete).toEqual([]);
    expect(coverage).toMatchObject({ opened: { zip: 1 }, damaged: { count: 0 } });
  }
});

test('a stored member of a zip behind a script is named', async () => {
  const content = Buffer.concat([
    Buffer.from('#!/bin/sh\n'),
    zipOf([{ path: 'key', content: `k ${token}`, method: 0 }]),
  ]);
  const { findings } = await scan(content);
  expect(findings.map(({ form, location }) => [form, location])).toEqual([
    [['zip key'], expect.objectContaining({ path: 'a.zip', offset: 2 })],
  ]);
});

test('a value before an embedded zip is told where it stands', async () => {
  const content = Buffer.concat([Buffer.from(`#!/bin/sh\nT=${token}\n`), zipOf([filler])]);
  const { findings } = await scan(content);
  expect(findings.map(({ location }) => location)).toEqual([expect.objectContaining({ path: 'a.zip', offset: 12 })]);
});

test('a script or program without a zip is not counted as one', async () => {
  const { coverage } = await scan(
    Buffer.from('#!/bin/sh\necho "PK\x03\x04 is the magic of a zip, and no zip follows it"'),
  );
  expect(coverage.opened).toEqual({});
});
