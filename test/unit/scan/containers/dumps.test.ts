import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { scanImage } from '../../../../src/scan/index.ts';
import { memorySource } from '../../image/build-image.ts';
import { secret, token } from '../secrets.ts';

async function formsOf(name: string, content: Buffer, chunkBytes = 65_536): Promise<string[]> {
  const source = memorySource(new Map([[name, content]]), 'files', chunkBytes);
  const { findings, incomplete, coverage } = await scanImage(source, [secret()]);
  expect([incomplete, coverage.damaged.count]).toEqual([[], 0]);
  return findings.map(({ form }) => form?.join(' › ') ?? '');
}

const dumps: string[][] = [
  ['od'],
  ['od', '-x'],
  ['od', '-c'],
  ['od', '-b'],
  ['od', '-A', 'x', '-t', 'x1z'],
  ['od', '-v', '-t', 'x1'],
];

test.each(dumps)(
  'what %s shows of a value is found, and what it shows of an archive is opened: %s',
  async (...words) => {
    const [program = '', ...flags] = words;
    const dump = (input: Buffer): Buffer => execFileSync(program, flags, { input });
    const text = Buffer.from(`x\0${'='.repeat(100)}\n\tTOKEN=${token}\r\n`);
    const other = Buffer.from(`x\0${'='.repeat(100)}\n\tTOKEN=not-a-secret-7f3a91d2d4e8\r\n`);
    for (const chunkBytes of [1, 100, 65_536]) {
      expect(await formsOf('dump.txt', dump(text), chunkBytes)).toEqual(['hex dump']);
      expect(await formsOf('dump.txt', dump(gzipSync(text)), chunkBytes)).toEqual(['hex dump › gzip']);
    }
    expect(await formsOf('dump.txt', dump(other))).toEqual([]);
  },
);

/** As xxd and hexdump lay out a line; neither is on every machine. */
function laidOut(bytes: Buffer, write: (address: string, pairs: string[]) => string): Buffer {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16)
    lines.push(write(at.toString(16).padStart(8, '0'), bytes.toString('hex', at, at + 16).match(/../g) ?? []));
  return Buffer.from(`${lines.join('\n')}\n`);
}

test.each([
  [
    'xxd',
    (at: string, pairs: string[]) =>
      `${at}: ${(pairs.join('').match(/.{1,4}/g) ?? []).join(' ').padEnd(39)}  ................`,
  ],
  [
    'hexdump -C',
    (at: string, pairs: string[]) =>
      `${at}  ${pairs.slice(0, 8).join(' ')}  ${pairs.slice(8).join(' ')}  |................|`,
  ],
])('what %s shows of a value is found', async (_, write) => {
  expect(await formsOf('a.txt', laidOut(Buffer.from(`export TOKEN=${token}\n`), write))).toEqual(['hex dump']);
});

test.each([
  ['zeros', '00000000\n00000000\n'],
  ['a table', '0000001 twelve words\n0000002 not a dump\n'],
  ['an address that is none', '00000000: this is prose\n'],
])('%s are no dump', async (_, content) => {
  const { coverage } = await scanImage(memorySource(new Map([['a', Buffer.from(content)]]), 'files'), [secret()]);
  expect(coverage.opened).toEqual({});
});

test.each([
  ['little-endian with a mark', Buffer.from(`\ufefftoken = "glrt-aB3dE6gH9jK2mN5pQ8sT" # 😀\r\n`, 'utf16le')],
  ['little-endian', Buffer.from('token = "glrt-aB3dE6gH9jK2mN5pQ8sT"\r\n', 'utf16le')],
  ['big-endian', Buffer.from('token = "glrt-aB3dE6gH9jK2mN5pQ8sT"\r\n', 'utf16le').swap16()],
])('a secret that nobody declared is recognised in UTF-16: %s', async (_, content) => {
  for (const chunkBytes of [1, 65_536]) {
    const source = memorySource(new Map([['a.ps1', content]]), 'files', chunkBytes);
    const { findings } = await scanImage(source, [], { detectors: 'warn' });
    expect(findings.map(({ rule, form }) => [rule, form])).toEqual([['detected:gitlab-token', ['utf-16']]]);
  }
});

test('a declared value in UTF-16 is told once', async () => {
  expect(await formsOf('a.txt', Buffer.from(`\ufeffset TOKEN=${token}\r\n`, 'utf16le'))).toEqual(['utf-16']);
});

test.each([
  ['digits', `00000000: ${'ab'.repeat(240)}!`],
  ['blanks', `0000000${' '.repeat(500)}!`],
  ['a line without end', `00000000: 6e6f  no\n00000010: ${'6e6f '.repeat(400_000)}`],
  ['stars', `00000000: 6e6f 742d  not-\n${'*\n'.repeat(500_000)}`],
])('a dump that was made to take long is read in no time, and grows by little: %s', async (_, content) => {
  const source = memorySource(new Map([['a', Buffer.from(`${content}\n`)]]), 'files');
  const { coverage } = await scanImage(source, [secret()]);
  expect(coverage.decodedBytes).toBeLessThan(10_000);
});

test('what follows a dump, or what only begins like UTF-16, is opened, too', async () => {
  const dump = execFileSync('od', { input: Buffer.alloc(3000, 'no secret ') });
  const inText = Buffer.from(`\ndata: ${gzipSync(`${'='.repeat(100)}${token}`).toString('base64')}\n`);
  expect(await formsOf('dump.txt', Buffer.concat([dump, inText]))).toEqual(['base64 › gzip']);
  const noise = Buffer.from(Array.from({ length: 600 }, (_, index) => (index * 7919) & 0x3f));
  const marked = Buffer.concat([Buffer.from([0xff, 0xfe]), noise, gzipSync(token), noise]);
  expect(await formsOf('data.bin', marked)).toEqual(['gzip at byte 602']);
});
