import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { scanImage } from '../../../../src/scan/index.ts';
import { memorySource } from '../../image/build-image.ts';
import { buildTar } from '../../image/build-tar.ts';
import { secret, token } from '../secrets.ts';
import { arOf, cpioOf } from './archives.ts';
import { local, zipOf } from './zip-file.ts';

async function scan(content: Buffer, chunkBytes: number) {
  const source = memorySource(new Map([['data', content]]), 'files', chunkBytes);
  const { findings, incomplete, coverage } = await scanImage(source, [secret()]);
  return { forms: findings.map(({ form }) => form?.join(' › ') ?? ''), incomplete, coverage };
}

const files = [{ path: 'a', content: 'nothing in it\n' }];
const noise = Buffer.from(Array.from({ length: 700 }, (_, index) => (index * index * 31 + (index >> 3)) & 0x3f));
const blob = Buffer.concat([Buffer.from([0x36]), deflateSync('nothing')]);
// one object, which is a file of six bytes and more by its own word
const pack = Buffer.concat([Buffer.from('PACK\0\0\0\x02\0\0\0\x01', 'latin1'), blob, Buffer.alloc(20, 7)]);
const chunks = [1, 97, 512, 65_536];

describe.each([
  ['tar', buildTar(files)],
  ['ar', arOf(files)],
  ['cpio', cpioOf(files)],
  ['zip', zipOf(files)],
  ['git pack', pack],
])('behind the end of a file that is a %s', (name, archive) => {
  const behind = name === 'cpio' ? 'cpio behind the trailer' : `${name} behind the end`;

  test.each([
    ['at once', Buffer.alloc(0), Buffer.alloc(0), ''],
    ['with more behind it', Buffer.alloc(0), noise, ''],
    ['behind other bytes', Buffer.from('\x01\x02q', 'latin1'), noise, ' at byte 3'],
  ])('a compressed stream is opened: %s', async (_, before, after, at) => {
    const content = Buffer.concat([archive, before, gzipSync(`k=${token}`), after]);
    for (const chunkBytes of chunks) {
      const { forms, incomplete } = await scan(content, chunkBytes);
      expect([chunkBytes, forms, incomplete]).toEqual([chunkBytes, [`${behind} › gzip${at}`], []]);
    }
  });

  test('zeros are padding', async () => {
    const alone = await scan(archive, 512);
    const padded = await scan(Buffer.concat([archive, Buffer.alloc(10_240)]), 512);
    // those that fill a header of ar are none
    const damaged = name === 'ar' ? 1 : 0;
    expect([alone.coverage.damaged.count, padded.coverage.damaged.count]).toEqual([0, damaged]);
    expect(padded.coverage.opened).toEqual(alone.coverage.opened);
    expect([padded.forms, padded.incomplete]).toEqual([[], []]);
  });

  test('a compressed stream without the value is clean', async () => {
    const content = Buffer.concat([archive, gzipSync('nothing'), noise]);
    const { forms, incomplete, coverage } = await scan(content, 512);
    expect([forms, incomplete, coverage.opened.gzip]).toEqual([[], [], 1]);
  });
});

test('what stands between two members of a tar is opened, and so is the member behind it', async () => {
  const gzip = gzipSync(`k=${token}`);
  const stray = Buffer.concat([gzip, Buffer.alloc(-gzip.length & 511)]);
  const content = Buffer.concat([
    buildTar(files),
    stray,
    buildTar([{ path: 'b.gz', content: gzipSync(`k=${token}\n`) }]),
  ]);
  for (const chunkBytes of chunks) {
    const { forms } = await scan(content, chunkBytes);
    expect([chunkBytes, forms.sort()]).toEqual([chunkBytes, ['tar b.gz › gzip', 'tar behind the end › gzip']]);
  }
});

test('what stands between the members of a zip, or behind one of two zips, is opened once', async () => {
  const gzip = gzipSync(`k=${token}`);
  const member = zipOf([{ path: 'b', content: `k=${token}`, method: 8 }]);
  for (const chunkBytes of chunks) {
    for (const content of [
      Buffer.concat([local({ path: 'a', content: 'nothing' }), gzip, member]),
      Buffer.concat([zipOf(files), gzip, member]),
    ]) {
      const { forms } = await scan(content, chunkBytes);
      expect([chunkBytes, forms.sort()]).toEqual([chunkBytes, ['zip b', 'zip behind the end › gzip']]);
    }
  }
});

test.each(['stream\n', 'stream\r\n', 'endobj\n%%EOF\n'])(
  'what is no compression of a PDF itself is opened behind %j',
  async (before) => {
    const head = Buffer.concat([
      Buffer.from('%PDF-1.7\n1 0 obj\n<< /Length 9 /Filter /FlateDecode >>\nstream\n'),
      deflateSync(`${token}`),
      Buffer.from(`\nendstream\nendobj\n2 0 obj\n<< /Type /EmbeddedFile >>\n${before}`),
    ]);
    const foot = Buffer.from('\nendstream\nendobj\ntrailer << >>\n%%EOF\n');
    for (const chunkBytes of chunks) {
      const { forms, incomplete } = await scan(Buffer.concat([head, gzipSync(`k=${token}`), noise, foot]), chunkBytes);
      expect([chunkBytes, forms.sort(), incomplete]).toEqual([
        chunkBytes,
        [`gzip at byte ${head.length}`, 'pdf stream 1'],
        [],
      ]);
      const clean = await scan(Buffer.concat([head.subarray(0, 9), gzipSync('nothing'), noise, foot]), chunkBytes);
      expect([clean.forms, clean.incomplete, clean.coverage.damaged.count]).toEqual([[], [], 0]);
    }
  },
);
