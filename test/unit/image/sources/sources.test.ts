import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ImageSource } from '../../../../src/image/source.ts';
import { openSource } from '../../../../src/image/sources/open.ts';
import { tarSource } from '../../../../src/image/sources/tar.ts';
import { buildTar, endMarker, tarMember } from '../build-tar.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safebuild-source-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Read {
  entries: { path: string; content: string; size: number; link?: string }[];
  frame: Buffer;
  problems: string[];
}

async function read(source: ImageSource, skipBodies = false): Promise<Read> {
  const frame: Buffer[] = [];
  const result: Read = { entries: [], frame: Buffer.alloc(0), problems: [] };
  const observer = {
    frame: (bytes: Uint8Array) => void frame.push(Buffer.from(bytes)),
    problem: (_: string, why: string) => void result.problems.push(why),
  };
  for await (const { path, size, link, body } of source.entries(observer)) {
    const chunks: Buffer[] = [];
    if (!skipBodies) for await (const chunk of body) chunks.push(Buffer.from(chunk));
    result.entries.push({
      path,
      size,
      content: Buffer.concat(chunks).toString(),
      ...(link === undefined ? {} : { link }),
    });
  }
  await source.close();
  return { ...result, frame: Buffer.concat(frame) };
}

async function put(path: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

const files = [
  { path: './blobs/sha256/aa', content: 'layer'.repeat(300) },
  { path: 'index.json', content: '{}' },
];
const entries = [
  { path: 'blobs/sha256/aa', content: 'layer'.repeat(300), size: 1500 },
  { path: 'index.json', content: '{}', size: 2 },
];

test('a folder gives its files, its links unfollowed, and its names as frame', async () => {
  await put('index.json', '{}');
  await put('blobs/sha256/aa', 'x');
  await symlink('../../outside', join(folder, 'blobs/link'));
  const result = await read(await openSource(folder));
  expect(result.entries).toEqual([
    { path: 'blobs/link', size: 0, link: '../../outside', content: '' },
    { path: 'blobs/sha256/aa', size: 1, content: 'x' },
    { path: 'index.json', size: 2, content: '{}' },
  ]);
  expect(result.frame.toString()).toContain('blobs/sha256/aa\n');
  expect(result.frame.toString()).toContain('../../outside\n');
  expect(result.problems).toEqual([]);
});

test('a folder without an image is refused, unless files are meant', async () => {
  await put('page.html', 'x');
  await expect(openSource(folder)).rejects.toMatchObject({ code: 'SCAN_INCOMPLETE' });
  expect((await read(await openSource(folder, 'files'))).entries).toHaveLength(1);
});

test('a path where nothing is, is refused', async () => {
  await expect(openSource(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'SCAN_INCOMPLETE' });
});

test.each([
  ['plain', (tar: Buffer) => tar],
  ['gzip', (tar: Buffer) => gzipSync(tar)],
])('a %s tar gives its members, and every other byte as frame', async (_, compress) => {
  await put('image.tar', compress(buildTar(files)));
  const result = await read(await openSource(join(folder, 'image.tar')));
  expect(result.entries).toEqual(entries);
  expect(result.problems).toEqual([]);
  expect(result.frame.toString('latin1')).toContain('ustar');
});

test('bodies may be left unread', async () => {
  const source = tarSource('stdin', Readable.from([buildTar(files)]), 'image');
  expect((await read(source, true)).entries.map(({ path }) => path)).toEqual(['blobs/sha256/aa', 'index.json']);
});

test('links are told, and folders are no entries', async () => {
  const tar = buildTar([
    { path: 'two/', type: '5' },
    { path: 'two/layer.tar', type: '2', link: '../one/layer.tar' },
    { path: 'hard', type: '1', link: 'one/layer.tar' },
  ]);
  const { entries: found } = await read(tarSource('stdin', Readable.from([tar]), 'image'));
  expect(found.map(({ path, link }) => [path, link])).toEqual([
    ['two/layer.tar', '../one/layer.tar'],
    ['hard', '/one/layer.tar'],
  ]);
});

test.each([
  ['is empty', Buffer.alloc(0), 'it holds no entry'],
  ['holds only zeros', endMarker, 'it holds no entry'],
  ['has no end marker', tarMember({ path: 'a' }), 'the tar has no end marker, so it may be cut off'],
  ['is cut off', buildTar(files).subarray(0, 700), 'the tar ends inside a member'],
  ['is a gzip that is cut off', gzipSync(buildTar(files)).subarray(0, -3), 'the gzip data is cut off'],
  ['is no tar', Buffer.alloc(2000, 'x'), 'a block of the tar is no header'],
])('a stream that %s is a problem', async (_, bytes, why) => {
  const { problems } = await read(tarSource('stdin', Readable.from([bytes]), 'image'));
  expect(problems).toContain(why);
});

test('a stream that fails is a problem, and what came before it is given', async () => {
  async function* failing(): AsyncGenerator<Buffer> {
    yield buildTar(files).subarray(0, 1024);
    throw new Error('connection lost');
  }
  const { entries: found, problems } = await read(tarSource('stdin', Readable.from(failing()), 'image'));
  expect(found).toHaveLength(1);
  expect(problems).toContain('reading it failed before its end');
});
