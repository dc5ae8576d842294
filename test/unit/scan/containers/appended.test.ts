import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { scanImage } from '../../../../src/scan/index.ts';
import { memorySource } from '../../image/build-image.ts';
import { buildTar } from '../../image/build-tar.ts';
import { compressed } from '../../image/codecs/corpus.ts';
import { secret, token } from '../secrets.ts';
import { zipOf } from './zip-file.ts';

async function scan(content: Buffer, chunkBytes = 65_536) {
  const source = memorySource(new Map([['install.sh', content]]), 'files', chunkBytes);
  const { findings, ...rest } = await scanImage(source, [secret()]);
  return { ...rest, forms: findings.map(({ form }) => form?.join(' › ') ?? '') };
}

// as makeself writes it: a script that knows how many lines it has, and an archive
const head = Buffer.from(`#!/bin/sh\nskip=4\n# padding ${'x'.repeat(3000)}\ntail -n +4 "$0" | tar x; exit\n`);
const tar = buildTar([{ path: 'etc/key', content: `k=${token}` }]);

test.each([
  ['gzip', 'script behind the script › gzip › tar etc/key'],
  ['bzip2', 'script behind the script › bzip2 › tar etc/key'],
  ['xz', 'script behind the script › xz › tar etc/key'],
  ['zstd', 'script behind the script › zstd › tar etc/key'],
])('an archive in %s behind a script is opened', async (program, form) => {
  const content = Buffer.concat([head, compressed(program, [], tar)]);
  for (const chunkBytes of [1000, 65_536]) {
    const { forms, incomplete, coverage } = await scan(content, chunkBytes);
    expect([chunkBytes, forms, incomplete, coverage.damaged.count]).toEqual([chunkBytes, [form], [], 0]);
  }
});

test('a tar behind a script is opened, and its file is named', async () => {
  expect((await scan(Buffer.concat([head, tar]))).forms).toEqual(['script behind the script › tar etc/key']);
});

test('a zip and an encoded archive in one script are both opened', async () => {
  const payload = `base64 -d <<E | tar xz\n${gzipSync(`a=${token}`).toString('base64')}\nE\nexit\n`;
  const content = Buffer.concat([
    Buffer.from(`#!/bin/sh\n${payload}`),
    zipOf([{ path: 'key', content: `k=${token}` }]),
  ]);
  expect((await scan(content)).forms.sort()).toEqual(['base64 › gzip', 'zip key']);
});

test('a script that only speaks of archives is left alone', async () => {
  const text = '#!/bin/sh\nBZh is how bzip2 begins, and ustar is in every tar\nBZh9 and so on\n';
  const { coverage, incomplete } = await scan(Buffer.from(text.repeat(20)));
  expect([coverage.opened, coverage.damaged.count, incomplete]).toEqual([{}, 0, []]);
});

test.each(['', '\n'])(
  'what a program behind a script has embedded is opened, and an archive behind that once',
  async (end) => {
    const noise = Buffer.from(Array.from({ length: 3000 }, (_, index) => (index * index * 31 + (index >> 3)) & 0x3f));
    const program = Buffer.concat([Buffer.from('\x7fELF\x02\x01'), noise, gzipSync(`k=${token}`), noise]);
    const archive = end === '' ? Buffer.alloc(0) : Buffer.concat([Buffer.from(end), gzipSync(tar)]);
    const content = Buffer.concat([head, program, archive]);
    const behind = end === '' ? [] : ['script behind the script › gzip › tar etc/key'];
    for (const chunkBytes of [1000, 4000, 65_536]) {
      const { forms, incomplete } = await scan(content, chunkBytes);
      expect([chunkBytes, forms.sort(), incomplete]).toEqual([
        chunkBytes,
        [`gzip at byte ${head.length + 3006}`, ...behind],
        [],
      ]);
    }
  },
);

function pdfOf(data: Buffer, lineEnd: string): Buffer {
  return Buffer.concat([
    Buffer.from(`%PDF-1.7\n1 0 obj\n<< /Length 9 >>\nstream\n(as it is)\nendstream\nendobj\n`),
    Buffer.from(`2 0 obj\n<< /Length ${data.length} /Filter /FlateDecode >>\nstream${lineEnd}`),
    data,
    Buffer.from('\nendstream\nendobj\ntrailer << >>\n%%EOF\n'),
  ]);
}

test.each(['\n', '\r\n'])('a compressed stream of a PDF is searched', async (lineEnd) => {
  const noise = Array.from({ length: 3000 }, (_, index) => (index * 7919) % 1009).join(' ');
  for (const text of [`(${token}) Tj`, `${noise} (${token}) Tj`])
    for (const chunkBytes of [97, 65_536]) {
      const { forms, incomplete } = await scan(pdfOf(deflateSync(text), lineEnd), chunkBytes);
      expect([chunkBytes, forms, incomplete]).toEqual([chunkBytes, ['pdf stream 1'], []]);
    }
});

test('a PDF without the value is clean, and one that is cut off is told', async () => {
  const clean = await scan(pdfOf(deflateSync('(nothing) Tj'), '\n'));
  expect([clean.forms, clean.incomplete, clean.coverage.damaged.count]).toEqual([[], [], 0]);
  const cut = await scan(pdfOf(deflateSync(randomBytes(4000)), '\n').subarray(0, 2000));
  expect(cut.coverage.damaged.count).toBe(1);
});

test('what gzip and cat make of a script and an archive is opened', async () => {
  const archive = execFileSync('gzip', ['-c'], { input: `k=${token}\n` });
  expect((await scan(Buffer.concat([Buffer.from('#!/bin/sh\nexit 0\n'), archive]))).forms).toEqual([
    'script behind the script › gzip',
  ]);
});

test('a script full of what archives begin with is looked through once', async () => {
  const { coverage } = await scan(Buffer.from(`#!/bin/sh\n${'BZh\n'.repeat(250_000)}`));
  expect(coverage.opened).toEqual({});
});
