import { createHash } from 'node:crypto';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { type ScanResult, scanImage } from '../../../../src/scan/index.ts';
import { memorySource } from '../../image/build-image.ts';
import { compressed } from '../../image/codecs/corpus.ts';
import { secret, token } from '../secrets.ts';

function scan(content: Buffer, chunkBytes = 65536): Promise<ScanResult> {
  return scanImage(memorySource(new Map([['app.phar', content]]), 'files', chunkBytes), [secret()]);
}

interface PharFile {
  path: string;
  content: string | Buffer;
  method?: 'deflated' | 'bzip2' | 'unknown';
  digest?: number;
}

const flags = { deflated: 0x1000, bzip2: 0x2000, unknown: 0x4000 };

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

const text = (value: string): Buffer => Buffer.concat([uint32(Buffer.byteLength(value)), Buffer.from(value)]);

function packed({ content, method }: PharFile): Buffer {
  if (method === 'deflated') return deflateRawSync(content);
  return method === 'bzip2' ? compressed('bzip2', [], Buffer.from(content)) : Buffer.from(content);
}

const code = "<?php Phar::mapPhar(); $halt = 'no __HALT_COMPILER(); yet, and much more of this';";

/** What PHP's Phar writes: code, manifest, files, signature. */
function pharOf(files: readonly PharFile[], { stub = `${code} __HALT_COMPILER(); ?>\r\n`, extra = '' } = {}): Buffer {
  const entries = files.map((file) =>
    Buffer.concat([
      text(file.path),
      ...[file.content.length, 1_700_000_000, packed(file).length, file.digest ?? crc32(file.content)].map(uint32),
      uint32(0o644 | (file.method === undefined ? 0 : flags[file.method])),
      text(''),
    ]),
  );
  const head = Buffer.concat([
    uint32(files.length),
    Buffer.from([0x11, 0x10]),
    uint32(0x11000),
    text('alias'),
    text(''),
  ]);
  const manifest = Buffer.concat([head, ...entries, Buffer.from(extra)]);
  const body = Buffer.concat([Buffer.from(stub), uint32(manifest.length), manifest, ...files.map(packed)]);
  return Buffer.concat([body, createHash('sha1').update(body).digest(), uint32(2), Buffer.from('GBMB')]);
}

const files: PharFile[] = [
  { path: 'empty', content: '' },
  { path: 'src/a.php', content: `<?php $key = '${token}'; // deflated`, method: 'deflated' },
  { path: 'src/b.php', content: `<?php $key = '${token}'; // bzip2`, method: 'bzip2' },
  { path: 'data.gz', content: gzipSync(token) },
  { path: 'last', content: 'x', method: 'deflated' },
];

test.each([
  ['with the end of its code', `${code} __HALT_COMPILER(); ?>\r\n`],
  ['with the end of its code and a line feed before it', `<?php\n__HALT_COMPILER();\n?>\n`],
  ['with nothing behind its code', `<?php __HALT_COMPILER();`],
  ['as a program', `#!/usr/bin/env php\n${code} __HALT_COMPILER(); ?>\n`],
])('files of a phar are opened: %s', async (_, stub) => {
  for (const chunkBytes of [1, 100, 65536]) {
    const { findings, coverage, incomplete } = await scan(pharOf(files, { stub }), chunkBytes);
    expect(findings.map(({ form }) => form)).toEqual([
      ['phar src/a.php'],
      ['phar src/b.php'],
      ['phar data.gz', 'gzip'],
    ]);
    expect(findings[0]!.location).toEqual(expect.objectContaining({ path: 'app.phar', offset: 14 }));
    expect(incomplete).toEqual([]);
    expect(coverage).toMatchObject({ opened: { phar: 1, gzip: 1 }, notOpened: {}, damaged: { count: 0 }, files: 6 });
  }
});

test('wherever it is cut off behind its list, and when its list or a file is broken, it is not taken for clean', async () => {
  const whole = pharOf(files);
  for (let length = whole.indexOf('alias'); length < whole.length - 40; length += 17) {
    const { incomplete } = await scan(whole.subarray(0, length));
    expect(incomplete.map(({ why }) => why)).toContain('the phar is cut off');
  }
  const broken = await scan(pharOf(files, { extra: 'more' }));
  expect(broken.incomplete.map(({ why }) => why)).toEqual(['the manifest of the phar cannot be read']);
  const wrong = await scan(pharOf([{ path: 'a', content: token, method: 'deflated', digest: 1 }]));
  expect(wrong.findings).toHaveLength(1);
  expect(wrong.incomplete.map(({ why }) => why)).toEqual(['the checksum of a file in the phar does not hold']);
  const other = await scan(pharOf([{ path: 'a', content: 'abc', method: 'unknown' }]));
  expect(other.coverage.notOpened).toEqual({ 'phar with another compression': 1 });
});

test('what stands behind a phar is opened, and a signature is nothing', async () => {
  const phar = pharOf([{ path: 'a', content: 'abc' }]);
  const { findings } = await scan(Buffer.concat([phar.subarray(0, phar.length - 28), gzipSync(token)]));
  expect(findings.map(({ form }) => form)).toEqual([['phar behind the end', 'gzip']]);
  expect((await scan(phar)).coverage).toMatchObject({ opened: { phar: 1 }, damaged: { count: 0 } });
});

test('code that only names the end of code is no phar', async () => {
  const installer = `<?php readfile(__FILE__, __COMPILER_HALT_OFFSET__); __HALT_COMPILER();\ntext that follows it, of any length`;
  for (const content of [installer, `${code}`, '<?php __HALT_COMPILER();']) {
    const { coverage, incomplete } = await scan(Buffer.from(content), 7);
    expect([coverage.opened, coverage.damaged.count, incomplete]).toEqual([{}, 0, []]);
  }
});
