import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import type { ScanResult } from '../../../../src/scan/index.ts';
import { scanImage } from '../../../../src/scan/index.ts';
import { memorySource } from '../../image/build-image.ts';
import { secret, token } from '../secrets.ts';

function scan(path: string, content: Buffer, chunkBytes = 65536): Promise<ScanResult> {
  return scanImage(memorySource(new Map([[path, content]]), 'files', chunkBytes), [secret()]);
}

/** The type and size of a packed object (gitformat-pack, "pack-*.pack files have the following format"). */
function head(type: number, size: number): Buffer {
  const bytes = [(type << 4) | (size & 15)];
  for (let rest = size >> 4; rest > 0; rest >>= 7) {
    bytes[bytes.length - 1]! |= 0x80;
    bytes.push(rest & 0x7f);
  }
  return Buffer.from(bytes);
}

function pack(objects: readonly Buffer[], count = objects.length): Buffer {
  const header = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1');
  header.writeUInt32BE(count, 8);
  return Buffer.concat([header, ...objects, Buffer.alloc(20, 7)]);
}

const blob = (content: string | Buffer): Buffer => Buffer.concat([head(3, content.length), deflateSync(content)]);
const insert = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
const copy = (from: number, size: number): Buffer => Buffer.from([0x80 | 0x01 | 0x10, from, size]);

/** `back`: how far before this object its base begins; below 128. */
function delta(back: number, baseSize: number, size: number, steps: readonly Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.from([baseSize, size]), ...steps]);
  return Buffer.concat([head(6, body.length), Buffer.from([back]), deflateSync(body)]);
}

const base = 'the first line of a file\nand its second line\n';

test.each([1, 5, 65536])('the objects of a pack are searched and named, in chunks of %i', async (chunkBytes) => {
  const objects = [blob('x'.repeat(3000)), blob(`T=${token}\n`), blob('y')];
  const { findings, coverage, incomplete } = await scan('a.pack', pack(objects), chunkBytes);
  const start = 12 + objects[0]!.length;
  expect(findings.map(({ form, location }) => [form, location])).toEqual([
    [[`git pack object at ${start}`], expect.objectContaining({ path: 'a.pack', offset: 2 })],
  ]);
  expect(incomplete).toEqual([]);
  expect(coverage).toMatchObject({ opened: { 'git pack': 1 }, notOpened: {}, damaged: { count: 0 } });
});

test('a value that a delta puts together from its base and new bytes is found', async () => {
  const first = blob(base + token.slice(0, 12));
  const changed = delta(first.length, base.length + 12, 12 + token.length - 12, [
    copy(base.length, 12),
    insert(token.slice(12)),
  ]);
  const { findings, incomplete, coverage } = await scan('a.pack', pack([first, changed]));
  expect(findings.map(({ form }) => form)).toEqual([[`git pack object at ${12 + first.length}`]]);
  expect(incomplete).toEqual([]);
  expect(coverage.notOpened).toEqual({});
});

test('of a delta without its base the new bytes are searched, and it is counted', async () => {
  const name = Buffer.alloc(20, 9);
  const steps = [insert(token.slice(0, 5)), insert(token.slice(5))];
  const body = Buffer.concat([Buffer.from([100, token.length]), ...steps]);
  const { findings, coverage } = await scan('a.pack', pack([head(7, body.length), name, deflateSync(body)], 1));
  expect(findings).toHaveLength(1);
  expect(coverage.notOpened).toEqual({ 'git delta': 1 });
  expect(coverage.notOpenedExamples).toEqual([{ kind: 'git delta', where: 'a.pack › object at 12' }]);
});

test.each([
  [
    'a delta that does not fit',
    [blob(base), delta(blob(base).length, 3, 4, [copy(0, 4)])],
    'a delta of the git pack does not fit its base',
  ],
  [
    'a delta with a reserved code',
    [blob(base), delta(blob(base).length, base.length, 4, [Buffer.from([0])])],
    'a delta of the git pack is broken',
  ],
  [
    'an object of no known type',
    [Buffer.concat([head(5, 3), deflateSync('abc')])],
    'an object of the git pack is of no known type',
  ],
  [
    'broken data',
    [Buffer.concat([head(3, 9), Buffer.from([0x78, 0x9c]), Buffer.alloc(40, 0xff)])],
    'the compressed data is broken',
  ],
  ['no zlib data', [Buffer.concat([head(3, 9), Buffer.alloc(40, 0xff)])], 'the zlib header cannot be read'],
])('a pack with %s is incomplete', async (_, objects, why) => {
  expect((await scan('a.pack', pack(objects))).incomplete.map((one) => one.why)).toEqual([why]);
});

test('a pack that is cut off is damaged, and searched as far as it goes', async () => {
  const { findings, coverage } = await scan('a.pack', pack([blob(token), blob(base)]).subarray(0, -40));
  expect(findings).toHaveLength(1);
  expect(coverage.damaged.examples.map(({ why }) => why)).toContain('the git pack is cut off');
});

test.each([1, 65536])('a loose object is a zlib stream, in chunks of %i', async (chunkBytes) => {
  for (const level of [0, 1, 6, 9]) {
    const content = deflateSync(`blob 30\0T=${token}\n${base.repeat(level * 40)}`, { level });
    const { findings, coverage } = await scan('objects/ab/cd', content, chunkBytes);
    expect(findings.map(({ form }) => form)).toEqual([['zlib']]);
    expect(coverage).toMatchObject({ opened: { zlib: 1 }, damaged: { count: 0 } });
  }
});

test('bytes behind a zlib stream and a cut are damage; what only looks like a header is none', async () => {
  const stream = deflateSync(base.repeat(40) + token);
  const long = deflateSync(Buffer.from(Array.from({ length: 3000 }, (_, i) => Math.imul(i, 2654435761) >>> 24)), {
    level: 0,
  });
  const why = async (content: Buffer): Promise<string[]> =>
    (await scan('a', content)).coverage.damaged.examples.map((example) => example.why);
  expect(await why(Buffer.concat([stream, Buffer.from('tail')]))).toEqual([
    'there are bytes behind the end of the zlib data',
  ]);
  expect(await why(long.subarray(0, 700))).toEqual(['the compressed data is cut off']);
  expect(await why(long.subarray(0, -2))).toEqual(['the zlib data is cut off']);
  const { coverage } = await scan('a', Buffer.from('x^2 is no zlib stream, and neither is \x08\x1d'));
  expect(coverage.opened).toEqual({});
});

test('a secret of an older commit is found in what git itself wrote, loose and packed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'git-'));
  const git = (...args: string[]): void => {
    const config = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
    execFileSync('git', [...config, ...args], { cwd: folder, stdio: 'ignore' });
  };
  const objects = (): Map<string, Buffer> => {
    const root = join(folder, '.git/objects');
    const paths = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return new Map(paths.map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name))]));
  };
  try {
    git('init');
    const lines = Array.from({ length: 200 }, (_, line) => `line ${line * 7919}\n`);
    for (const value of ['', `T=${token}\n`, '']) {
      writeFileSync(join(folder, 'settings'), [...lines.slice(0, 100), value, ...lines.slice(100)].join(''));
      git('add', '.');
      git('commit', '--allow-empty', '-m', 'c');
    }
    const loose = await scanImage(memorySource(objects(), 'files'), [secret()]);
    expect(loose.findings.map(({ form }) => form)).toEqual([['zlib']]);
    git('gc', '--aggressive');
    const packed = await scanImage(memorySource(objects(), 'files'), [secret()]);
    expect(packed.findings).toHaveLength(1);
    expect(packed.coverage).toMatchObject({ opened: { 'git pack': 1 }, notOpened: {}, damaged: { count: 0 } });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
