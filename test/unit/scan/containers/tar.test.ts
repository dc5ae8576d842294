import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { scanImage } from '../../../../src/scan/index.ts';
import { memorySource } from '../../image/build-image.ts';
import { buildTar, endMarker, padded, paxMember, tarHeader, tarMember, withChecksum } from '../../image/build-tar.ts';
import { scanFileOf } from '../hostile/wrappers.ts';
import { secret, token } from '../secrets.ts';

const sealed = gzipSync(`conf ${token}\n${'abc '.repeat(50)}`);
const hidden = tarMember({ path: 'in.gz', content: sealed });
const size = String(512 + hidden.length);
const visible = tarMember({ path: 'a', content: 'x' });

test.each<[string, Buffer]>([
  ['a global header', paxMember({ size }, 'g')],
  ['a header before a global one', Buffer.concat([paxMember({ size }), paxMember({ comment: 'x' }, 'g')])],
])(
  'a member that is hidden by the size in %s from some readers is found, and the tar is incomplete',
  async (_, start) => {
    const { findings, incomplete } = await scanFileOf(Buffer.concat([start, visible, hidden, endMarker]));
    expect(findings.map(({ form }) => form)).toEqual([['tar in.gz', 'gzip']]);
    expect(incomplete.map(({ why }) => why)).toEqual(['readers do not agree on what a size in the tar means']);
  },
);

/** What GNU tar makes of a file of zeros around `content`. */
function sparseTar(content: Buffer, options: string[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'sparse-'));
  try {
    const parts = [Buffer.alloc(200_000), Buffer.alloc(300_000)];
    writeFileSync(
      join(folder, 'file'),
      Buffer.concat([content.subarray(0, 512), parts[0]!, content.subarray(512), parts[1]!]),
    );
    execFileSync('cp', ['--sparse=always', 'file', 'holes'], { cwd: folder });
    // found by what the file holds: not every filesystem tells its holes
    return execFileSync('tar', ['-S', '--hole-detection=raw', ...options, '-cf', '-', 'holes'], { cwd: folder });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each([
  [['--format=gnu']],
  [['--format=posix', '--sparse-version=0.0']],
  [['--format=posix', '--sparse-version=0.1']],
  [['--format=posix', '--sparse-version=1.0']],
])('a wrapper with holes is put together: %s', async (options) => {
  // the hole is the content of the first member, of 200 000 zeros; its header and padding are in the first and last part
  const zeros = tarHeader({ path: 'zeros', size: 200_000 });
  const padding = Buffer.alloc(-200_000 & 511);
  const inner = Buffer.concat([zeros, padding, hidden]);
  const tar = sparseTar(inner, options);
  expect(tar.length).toBeLessThan(50_000);
  const { findings, incomplete, coverage } = await scanFileOf(tar);
  expect(findings.map(({ form }) => form)).toEqual([['tar holes', 'tar in.gz', 'gzip']]);
  expect(incomplete).toEqual([]);
  expect(coverage.damaged.count).toBe(0);
});

test('a file of holes that is no wrapper is not put together, however large it is', async () => {
  const records = { 'GNU.sparse.size': '900000000000000', 'GNU.sparse.map': `7,${token.length}` };
  const file = Buffer.concat([
    paxMember(records),
    tarHeader({ path: 'lastlog', size: token.length }),
    padded(Buffer.from(token)),
  ]);
  const { findings, incomplete, coverage } = await scanFileOf(Buffer.concat([file, endMarker]));
  expect(findings.map(({ form }) => form)).toEqual([['tar lastlog']]);
  expect(incomplete).toEqual([]);
  expect(coverage.decodedBytes).toBe(0);
});

test('a wrapper of holes without end is left at the limit', async () => {
  const head = tarHeader({ path: 'x', size: 8 ** 10 });
  const records = { 'GNU.sparse.size': '900000000000000', 'GNU.sparse.map': '0,512' };
  const file = Buffer.concat([paxMember(records), tarHeader({ path: 'bomb', size: 512 }), head, endMarker]);
  const { incomplete } = await scanFileOf(file, 'a', { limits: { maxStreamBytes: 1_000_000 } });
  expect(incomplete.map(({ why }) => why)).toEqual([expect.stringContaining('scan.max-file-bytes')]);
});

test('a value that the fields prefix and name cut in two is found in a name', async () => {
  const [before, behind] = [token.slice(0, 8), token.slice(9)];
  const header = tarHeader({ path: behind, size: 0 });
  header.write(before, 345);
  const value = `${before}/${behind}`;
  for (const tar of [withChecksum(header), Buffer.concat([buildTar([{ path: 'first' }]), withChecksum(header)])]) {
    const { findings } = await scanImage(memorySource(new Map([['a', Buffer.concat([tar, endMarker])]]), 'files'), [
      secret('TOKEN', value),
    ]);
    expect(findings).toEqual([expect.objectContaining({ secret: 'TOKEN', form: [expect.stringMatching(/^tar /)] })]);
  }
});
