import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import type { ScanResult } from '../../../../src/scan/index.ts';
import { scanImage } from '../../../../src/scan/index.ts';
import { memorySource } from '../../image/build-image.ts';
import { secret, token } from '../secrets.ts';

interface ZipFile {
  path: string;
  content: string | Buffer;
  method?: number;
  /** Sizes behind the data, with or without the descriptor's signature, in 4 or 8 bytes. */
  descriptor?: 'signed' | 'bare' | 'zip64';
  flags?: number;
  /** Sizes in a zip64 extra field. */
  zip64?: boolean;
}

function local(file: ZipFile): Buffer {
  const content = Buffer.from(file.content);
  const method = file.method ?? 8;
  const data = method === 8 ? deflateRawSync(content) : content;
  const known = file.descriptor === undefined;
  const extra = Buffer.alloc(file.zip64 ? 20 : 0);
  if (file.zip64) {
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(16, 2);
    extra.writeBigUInt64LE(BigInt(content.length), 4);
    extra.writeBigUInt64LE(BigInt(data.length), 12);
  }
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE((file.flags ?? 0) | (known ? 0 : 8), 6);
  header.writeUInt16LE(method, 8);
  if (known) header.writeUInt32LE(file.zip64 ? 0xffffffff : data.length, 18);
  header.writeUInt16LE(file.path.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, Buffer.from(file.path), extra, data, descriptorOf(file, content, data)]);
}

function descriptorOf(file: ZipFile, content: Buffer, data: Buffer): Buffer {
  if (file.descriptor === undefined) return Buffer.alloc(0);
  const wide = file.descriptor === 'zip64';
  const fields = Buffer.alloc(wide ? 20 : 12);
  fields.writeUInt32LE(crc32(content), 0);
  fields.writeUInt32LE(data.length, 4);
  fields.writeUInt32LE(content.length, wide ? 12 : 8);
  return file.descriptor === 'bare' ? fields : Buffer.concat([Buffer.from('PK\x07\x08', 'latin1'), fields]);
}

function central(file: ZipFile): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(file.path.length, 28);
  return Buffer.concat([header, Buffer.from(file.path)]);
}

const end = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);

function zip(files: readonly ZipFile[]): Buffer {
  return Buffer.concat([...files.map(local), ...files.map(central), end]);
}

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
    const { findings, coverage, incomplete } = await scan(zip([filler, ...files]), chunkBytes);
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
  const { findings, coverage } = await scan(zip(files), 9);
  expect(findings.map(({ form }) => form)).toEqual([
    ['zip stored.gz', 'gzip'],
    ['zip deflated.gz', 'gzip'],
  ]);
  expect(coverage).toMatchObject({ damaged: { count: 0 }, opened: { zip: 1, gzip: 2 } });
});

test('members that cannot be opened are counted by kind, and those behind them searched', async () => {
  const files: ZipFile[] = [
    { path: 'locked', content: 'x', flags: 1 },
    { path: 'lzma', content: 'compressed by lzma', method: 14 },
    { path: 'key', content: token },
  ];
  const { findings, coverage, incomplete } = await scan(zip(files), 20);
  expect(findings).toHaveLength(1);
  expect(coverage.notOpened).toEqual({ 'encrypted zip member': 1, 'zip method 14': 1 });
  expect(coverage.notOpenedExamples).toEqual([
    { kind: 'encrypted zip member', where: 'a.zip › locked' },
    { kind: 'zip method 14', where: 'a.zip › lzma' },
  ]);
  expect(incomplete).toEqual([]);
});

test('behind bytes that are no header the next member is found', async () => {
  const files = [filler, { path: 'key', content: token }];
  const gap = Buffer.from('signing block without a zip header');
  const content = Buffer.concat([local(filler), gap, local(files[1]!), gap, ...files.map(central), end]);
  const { findings, coverage, incomplete } = await scan(content, 10);
  expect(findings).toHaveLength(1);
  expect(coverage.damaged.count).toBe(2);
  expect(incomplete).toEqual([]);
});

test('a stored member of unknown size is passed over to the next one', async () => {
  const files: ZipFile[] = [
    { path: 'empty', content: '', method: 0, descriptor: 'signed' },
    { path: 'unknown', content: 'abc'.repeat(20), method: 0, descriptor: 'signed' },
    { path: 'key', content: token },
  ];
  const { findings, coverage } = await scan(zip(files), 5);
  expect(findings).toHaveLength(1);
  expect(coverage.notOpened).toEqual({ 'zip member of unknown size': 1 });
});

test('a member that the directory lists and that was not found is incomplete', async () => {
  const content = Buffer.concat([local(filler), central(filler), central({ path: 'hidden', content: '' }), end]);
  expect((await scan(content)).incomplete.map(({ why }) => why)).toEqual(['the zip lists members that were not found']);
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
  ['an ELF program', `\x7fELF${'x'.repeat(70_000)}`],
])('a zip behind %s is opened, and its members named', async (_, prefix) => {
  const content = Buffer.concat([Buffer.from(prefix, 'latin1'), zip([filler, { path: 'main.py', content: token }])]);
  for (const chunkBytes of [7, 65536]) {
    const { findings, coverage, incomplete } = await scan(content, chunkBytes);
    expect(findings.map(({ form }) => form)).toEqual([['zip main.py']]);
    expect(incomplete).toEqual([]);
    expect(coverage).toMatchObject({ opened: { zip: 1 }, damaged: { count: 0 } });
  }
});

test('a stored member of a zip behind a script is named', async () => {
  const content = Buffer.concat([Buffer.from('#!/bin/sh\n'), zip([{ path: 'key', content: `k ${token}`, method: 0 }])]);
  const { findings } = await scan(content);
  expect(findings.map(({ form, location }) => [form, location])).toEqual([
    [['zip key'], expect.objectContaining({ path: 'a.zip', offset: 2 })],
  ]);
});

test('a value before an embedded zip is told where it stands', async () => {
  const content = Buffer.concat([Buffer.from(`#!/bin/sh\nT=${token}\n`), zip([filler])]);
  const { findings } = await scan(content);
  expect(findings.map(({ location }) => location)).toEqual([expect.objectContaining({ path: 'a.zip', offset: 12 })]);
});

test('a script or program without a zip is not counted as one', async () => {
  const { coverage } = await scan(
    Buffer.from('#!/bin/sh\necho "PK\x03\x04 is the magic of a zip, and no zip follows it"'),
  );
  expect(coverage.opened).toEqual({});
});
