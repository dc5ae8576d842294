import { execFileSync } from 'node:child_process';
import { chmod, lstat, mkdir, readdir, readFile, readlink, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { placeFolder } from '../../../src/publish/folder.ts';
import { sources, withFolders } from './temp-dir.ts';

const past = new Date('2001-02-03T04:05:06Z');

test.each(sources)('an export from %s is merged: what is not part of it stays', (source) =>
  withFolders([source, tmpdir()], async (from = '', to = '') => {
    await mkdir(join(from, 'app'));
    await writeFile(join(from, 'app/new'), 'new');
    await writeFile(join(from, 'app/same'), 'proved');
    await mkdir(join(to, 'out/app'), { recursive: true });
    await writeFile(join(to, 'out/app/same'), 'old');
    await writeFile(join(to, 'out/app/own'), 'own');
    await placeFolder(from, join(to, 'out'));
    expect((await readdir(join(to, 'out/app'))).sort()).toEqual(['new', 'own', 'same']);
    expect(await readFile(join(to, 'out/app/same'), 'utf8')).toBe('proved');
    expect(await readFile(join(to, 'out/app/own'), 'utf8')).toBe('own');
  }),
);

test.each(sources)('modes, times and links come along from %s', (source) =>
  withFolders([source, tmpdir()], async (from = '', to = '') => {
    await mkdir(join(from, 'bin'), { mode: 0o711 });
    await writeFile(join(from, 'bin/tool'), '#!/bin/sh\n');
    await chmod(join(from, 'bin/tool'), 0o755);
    await utimes(join(from, 'bin/tool'), past, past);
    await symlink('/nowhere/at-all', join(from, 'bin/sh'));
    await utimes(join(from, 'bin'), past, past);
    await placeFolder(from, to);
    expect((await stat(join(to, 'bin/tool'))).mode & 0o7777).toBe(0o755);
    expect((await stat(join(to, 'bin/tool'))).mtime).toEqual(past);
    expect((await stat(join(to, 'bin'))).mode & 0o7777).toBe(0o711);
    expect((await stat(join(to, 'bin'))).mtime).toEqual(past);
    expect(await readlink(join(to, 'bin/sh'))).toBe('/nowhere/at-all');
  }),
);

test.each(sources)('links of an earlier export lead nothing from %s out of the destination', (source) =>
  withFolders([source, tmpdir(), tmpdir()], async (from = '', to = '', outside = '') => {
    await writeFile(join(outside, 'passwd'), 'untouched');
    await symlink(outside, join(to, 'etc'));
    await symlink(join(outside, 'passwd'), join(to, 'file'));
    await mkdir(join(from, 'etc'));
    await writeFile(join(from, 'etc/passwd'), 'proved');
    await writeFile(join(from, 'file'), 'proved');
    await placeFolder(from, to);
    expect(await readFile(join(outside, 'passwd'), 'utf8')).toBe('untouched');
    expect(await readFile(join(to, 'etc/passwd'), 'utf8')).toBe('proved');
    expect((await lstat(join(to, 'etc'))).isDirectory()).toBe(true);
    expect((await lstat(join(to, 'file'))).isFile()).toBe(true);
  }),
);

test.each(sources)('a link in the export from %s replaces a file or a folder', (source) =>
  withFolders([source, tmpdir()], async (from = '', to = '') => {
    await symlink('x', join(from, 'a'));
    await symlink('y', join(from, 'b'));
    await writeFile(join(from, 'c'), 'proved');
    await writeFile(join(to, 'a'), 'old');
    await mkdir(join(to, 'b/deep'), { recursive: true });
    await mkdir(join(to, 'c/deep'), { recursive: true });
    await placeFolder(from, to);
    expect([await readlink(join(to, 'a')), await readlink(join(to, 'b'))]).toEqual(['x', 'y']);
    expect(await readFile(join(to, 'c'), 'utf8')).toBe('proved');
  }),
);

test('the destination itself may be a link', () =>
  withFolders([tmpdir(), tmpdir()], async (from = '', to = '') => {
    await writeFile(join(from, 'a'), 'proved');
    await mkdir(join(to, 'real'));
    await symlink('real', join(to, 'out'));
    await placeFolder(from, join(to, 'out'));
    expect(await readFile(join(to, 'real/a'), 'utf8')).toBe('proved');
  }));

test.each(sources.slice(1))('a pipe from %s is told and not left out in silence', (source) =>
  withFolders([source, tmpdir()], async (from = '', to = '') => {
    execFileSync('mkfifo', [join(from, 'pipe')]);
    await expect(placeFolder(from, to)).rejects.toMatchObject({
      code: 'PUBLISH_FAILED',
      message: expect.stringContaining('pipe'),
    });
  }),
);

test('a destination that is a file is a known error', () =>
  withFolders([tmpdir(), tmpdir()], async (from = '', to = '') => {
    await writeFile(join(to, 'out'), 'a file');
    await expect(placeFolder(from, join(to, 'out'))).rejects.toMatchObject({ code: 'PUBLISH_FAILED' });
    expect(await readFile(join(to, 'out'), 'utf8')).toBe('a file');
  }));
