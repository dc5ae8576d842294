import { execFileSync } from 'node:child_process';
import { lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { placeFile, placeText, readProved } from '../../../src/publish/files.ts';
import { sources, withFolders } from './temp-dir.ts';

test.each(sources)('a file from %s replaces what was there, and leaves nothing beside it', (source) =>
  withFolders([source, tmpdir()], async (from = '', to = '') => {
    await writeFile(join(from, 'a'), 'proved');
    await writeFile(join(to, 'image.tar'), 'old');
    await placeFile(join(from, 'a'), join(to, 'image.tar'));
    expect(await readFile(join(to, 'image.tar'), 'utf8')).toBe('proved');
    expect(await readdir(to)).toEqual(['image.tar']);
  }),
);

test.each(sources)('a file from %s goes through a link, which stays', (source) =>
  withFolders([source, tmpdir()], async (from = '', to = '') => {
    await writeFile(join(from, 'a'), 'proved');
    await writeFile(join(to, 'real'), 'old');
    await symlink('real', join(to, 'link'));
    await placeFile(join(from, 'a'), join(to, 'link'));
    expect(await readlink(join(to, 'link'))).toBe('real');
    expect(await readFile(join(to, 'real'), 'utf8')).toBe('proved');
  }),
);

test('a link to what does not exist yet is followed too', () =>
  withFolders([tmpdir()], async (dir = '') => {
    await writeFile(join(dir, 'a'), 'proved');
    await symlink('later', join(dir, 'link'));
    await placeFile(join(dir, 'a'), join(dir, 'link'));
    await symlink('text', join(dir, 'other'));
    await placeText('id', join(dir, 'other'));
    expect([await readlink(join(dir, 'link')), await readlink(join(dir, 'other'))]).toEqual(['later', 'text']);
    expect([await readFile(join(dir, 'later'), 'utf8'), await readFile(join(dir, 'text'), 'utf8')]).toEqual([
      'proved',
      'id',
    ]);
  }));

test('a pipe is written to and not replaced, as /dev/null must not be', () =>
  withFolders([tmpdir()], async (dir = '') => {
    const pipe = join(dir, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await writeFile(join(dir, 'a'), 'proved');
    const [file] = await Promise.all([readFile(pipe, 'utf8'), placeFile(join(dir, 'a'), pipe)]);
    const [text] = await Promise.all([readFile(pipe, 'utf8'), placeText('id', pipe)]);
    expect([file, text]).toEqual(['proved', 'id']);
    expect((await lstat(pipe)).isFIFO()).toBe(true);
  }));

test('a destination that cannot be written is a known error that names it', () =>
  withFolders([tmpdir()], async (dir = '') => {
    await writeFile(join(dir, 'a'), 'proved');
    await mkdir(join(dir, 'folder'));
    const failed = { code: 'PUBLISH_FAILED', message: expect.stringContaining(dir) };
    await expect(placeFile(join(dir, 'a'), join(dir, 'none', 'x.tar'))).rejects.toMatchObject(failed);
    await expect(placeFile(join(dir, 'a'), join(dir, 'folder'))).rejects.toMatchObject(failed);
    await expect(placeText('id', join(dir, 'none', 'iid'))).rejects.toMatchObject(failed);
  }));

test('a small file has the mode that docker gives it', () =>
  withFolders([tmpdir()], async (dir = '') => {
    await placeText('sha256:1', join(dir, 'iid'));
    expect(await readFile(join(dir, 'iid'), 'utf8')).toBe('sha256:1');
    expect((await stat(join(dir, 'iid'))).mode & 0o700).toBe(0o600);
    expect(await readdir(dir)).toEqual(['iid']);
  }));

test('a proved file is streamed whole', () =>
  withFolders([tmpdir()], async (dir = '') => {
    const bytes = Buffer.alloc(3_000_000, 'proved');
    await writeFile(join(dir, 'a'), bytes);
    const chunks: Uint8Array[] = [];
    for await (const chunk of readProved(join(dir, 'a'))) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  }));
