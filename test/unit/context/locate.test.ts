import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { isArchive, isFolder, isRemote, readDockerfile, readIgnoreFile } from '../../../src/context/index.ts';
import { withTempDir } from '../../helpers/docker.ts';
import { buildTar } from '../image/build-tar.ts';

/** Writes files whose content is their own path. */
async function files(dir: string, ...paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(join(dir, path, '..'), { recursive: true });
    await writeFile(join(dir, path), path);
  }
}

// Each tried with buildx 0.29.
test.each<[there: string[], file: string | undefined, read: string | undefined]>([
  [['ctx/Dockerfile', 'ctx/dockerfile'], undefined, 'ctx/Dockerfile'],
  [['ctx/dockerfile'], undefined, 'ctx/dockerfile'],
  [['ctx/Containerfile'], undefined, undefined],
  [['Dockerfile', 'ctx/Dockerfile'], 'Dockerfile', 'Dockerfile'],
  [['ctx/Dockerfile', 'ctx/Dockerfile.prod'], 'ctx/Dockerfile.prod', 'ctx/Dockerfile.prod'],
  [['ctx/Dockerfile', 'ctx/Dockerfile.prod'], 'Dockerfile.prod', undefined],
  [['ctx/Dockerfile', 'sub/dockerfile'], 'sub/Dockerfile', 'sub/dockerfile'],
  [['ctx/Dockerfile', 'sub/prod'], 'sub/Prod', undefined],
])('of %j, with --file %j, %j is read', (there, file, read) =>
  withTempDir(async (cwd) => {
    await files(cwd, ...there);
    const found = await readDockerfile(cwd, join(cwd, 'ctx'), file);
    expect(found?.text).toBe(read);
    if (read !== undefined) expect(found?.path).toBe(join(cwd, read));
  }),
);

test('a folder called Dockerfile is none', () =>
  withTempDir(async (cwd) => {
    await mkdir(join(cwd, 'Dockerfile'));
    expect(await readDockerfile(cwd, cwd, undefined)).toBeUndefined();
  }));

test('a Dockerfile that cannot be read is a known error that names it', () =>
  withTempDir(async (cwd) => {
    await symlink('Dockerfile', join(cwd, 'Dockerfile'));
    await expect(readDockerfile(cwd, cwd, undefined)).rejects.toMatchObject({ code: 'DOCKERFILE_INVALID' });
  }));

test.each<[there: string[], dockerfile: string | undefined, read: string | undefined]>([
  [['.dockerignore'], 'Dockerfile', '.dockerignore'],
  [['.dockerignore', 'Dockerfile.dockerignore'], 'Dockerfile', 'Dockerfile.dockerignore'],
  [['.dockerignore', 'docker/prod.dockerignore'], 'docker/prod', 'docker/prod.dockerignore'],
  [['.dockerignore', 'docker/.dockerignore'], 'docker/prod', '.dockerignore'],
  [['.dockerignore', 'Dockerfile.dockerignore'], undefined, '.dockerignore'],
  [[], 'Dockerfile', undefined],
])('of %j, for %j, %j says what is sent', (there, dockerfile, read) =>
  withTempDir(async (dir) => {
    await files(dir, ...there);
    expect(await readIgnoreFile(dir, dockerfile && join(dir, dockerfile))).toBe(read);
  }),
);

test('an empty ignore file of the Dockerfile still replaces that of the context', () =>
  withTempDir(async (dir) => {
    await files(dir, '.dockerignore');
    await writeFile(join(dir, 'Dockerfile.dockerignore'), '');
    expect(await readIgnoreFile(dir, join(dir, 'Dockerfile'))).toBe('');
  }));

test('an ignore file that cannot be read is never taken for none', () =>
  withTempDir(async (dir) => {
    await mkdir(join(dir, '.dockerignore'));
    await expect(readIgnoreFile(dir, undefined)).rejects.toMatchObject({ code: 'DOCKERFILE_INVALID' });
  }));

const tar = buildTar([{ path: 'Dockerfile', content: 'FROM scratch\n' }]);
const oldTar = Buffer.from(tar);
oldTar.fill(0, 257, 265);
oldTar.write(
  `${oldTar
    .subarray(0, 512)
    .reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0)
    .toString(8)
    .padStart(6, '0')}\0 `,
  148,
  'latin1',
);

test.each<[string, Uint8Array, boolean]>([
  ['a tar', tar, true],
  ['a tar of before 1988, without magic', oldTar, true],
  ['gzip', gzipSync(tar), true],
  ['bzip2', Buffer.from('BZh91AY'), true],
  ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), true],
  ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), true],
  ['a Dockerfile', Buffer.from('FROM scratch\n'), false],
  ['a long Dockerfile', Buffer.from('RUN true\n'.repeat(200)), false],
  ['a Dockerfile that speaks of ustar', Buffer.from(`${' '.repeat(257)}ustar${' '.repeat(400)}`), false],
  ['nothing', Buffer.alloc(0), false],
])('%s on standard input is an archive: %#', (_, head, archive) => {
  expect(isArchive(head.subarray(0, 512))).toBe(archive);
});

test.each([
  ['https://example.com/a.tar.gz', true],
  ['https://example.com/a.git#main:sub', true],
  ['git@example.com:a/b.git', true],
  ['git://example.com/a', true],
  ['ssh://git@example.com/a', true],
  ['github.com/user/app', true],
  ['.', false],
  ['./git', false],
  ['/srv/app', false],
])('%s is remote: %j', (context, remote) => {
  expect(isRemote(context)).toBe(remote);
});

test('a file is no folder', () =>
  withTempDir(async (dir) => {
    await files(dir, 'a');
    await symlink('.', join(dir, 'link'));
    expect([
      await isFolder(dir),
      await isFolder(join(dir, 'a')),
      await isFolder(join(dir, 'link')),
      await isFolder(join(dir, 'none')),
    ]).toEqual([true, false, true, false]);
  }));
