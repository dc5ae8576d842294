import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parseSecretFlag, readSecretFlag } from '../../../../src/secrets/sources/secret-flag.ts';

let cwd = '';

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'safebuild-flag-'));
});
afterEach(() => rm(cwd, { recursive: true }));

test.each([
  ['id=s,env=V', { id: 's', from: { kind: 'env', name: 'V' } }],
  ['type=env,id=s,src=V', { id: 's', from: { kind: 'env', name: 'V' } }],
  ['type=env,id=s', { id: 's', from: { kind: 'file', path: 's' } }],
  ['id=SET', { id: 'SET', from: { kind: 'env', name: 'SET' } }],
  ['id=EMPTY', { id: 'EMPTY', from: { kind: 'env', name: 'EMPTY' } }],
  ['id=s', { id: 's', from: { kind: 'file', path: 's' } }],
  ['id=s,env=V,src=f', { id: 's', from: { kind: 'env', name: 'V' } }],
  ['id=s,source=f', { id: 's', from: { kind: 'file', path: 'f' } }],
  ['ID=s,SRC=f', { id: 's', from: { kind: 'file', path: 'f' } }],
  ['type=file,id=s,src=f', { id: 's', from: { kind: 'file', path: 'f' } }],
  ['"src=a,b",id=s', { id: 's', from: { kind: 'file', path: 'a,b' } }],
  ['"src=a""b",id=s', { id: 's', from: { kind: 'file', path: 'a"b' } }],
  ['id=s,src=a=b', { id: 's', from: { kind: 'file', path: 'a=b' } }],
  ['id=a,id=b,src=f', { id: 'b', from: { kind: 'file', path: 'f' } }],
])('--secret %s is read as docker reads it', (flag, expected) => {
  expect(parseSecretFlag(flag, { SET: 'x', EMPTY: '' })).toEqual(expected);
});

test.each([
  ['env=V', '--secret has no id'],
  ['id=s,mode=0400', 'field 2 of --secret has a key that docker does not know'],
  ['not-a-secret-7f3a91c2d4e8', 'field 1 of --secret is not key=value'],
  ['id=s,type=vault', '--secret has a type other than file and env'],
  ['id=s,src=a"b', '--secret is not valid CSV'],
  ['"id=s', '--secret is not valid CSV'],
  ['"id=s"x', '--secret is not valid CSV'],
])('--secret %s is a usage error that does not quote it', (flag, message) => {
  expect(() => parseSecretFlag(flag, {})).toThrow(expect.objectContaining({ code: 'USAGE', message }));
});

test('the value is read byte for byte, from a variable and from a file', async () => {
  await writeFile(join(cwd, 'f'), 'not-a-secret-7f3a91c2d4e8\n');
  const fromFile = await readSecretFlag('id=a,src=f', {}, cwd);
  const fromEnv = await readSecretFlag('id=b,env=V', { V: 'not-a-secret-too-7f3a' }, cwd);
  expect(fromFile.candidate.secret.reveal().toString()).toBe('not-a-secret-7f3a91c2d4e8\n');
  expect(fromFile.usedUp).toBe(false);
  expect(fromEnv.candidate.secret.reveal().toString()).toBe('not-a-secret-too-7f3a');
  expect(fromEnv.candidate.secret.origin).toEqual({ source: 'secret-flag', where: '--secret id=b' });
});

test('where docker would build on without a value, this stops', async () => {
  await writeFile(join(cwd, 'empty'), '');
  await mkdir(join(cwd, 'folder'));
  await writeFile(join(cwd, 'fits'), Buffer.alloc(512_000, 'x'));
  await writeFile(join(cwd, 'large'), Buffer.alloc(512_001, 'x'));
  const read = (flag: string): Promise<unknown> => readSecretFlag(flag, { EMPTY: '' }, cwd);
  await expect(read('id=s,env=UNSET')).rejects.toMatchObject({
    code: 'SECRET_MISSING',
    message: 'secret s: the environment variable UNSET is not set',
  });
  await expect(read('id=s,src=no')).rejects.toMatchObject({
    code: 'SECRET_MISSING',
    message: 'secret s: no does not exist',
  });
  await expect(read('id=s')).rejects.toMatchObject({ code: 'SECRET_MISSING' });
  await expect(read('id=s,env=EMPTY')).rejects.toMatchObject({ code: 'SECRET_EMPTY' });
  await expect(read('id=s,src=empty')).rejects.toMatchObject({
    code: 'SECRET_EMPTY',
    message: 'secret s: empty is empty',
  });
  await expect(read('id=s,src=folder')).rejects.toMatchObject({
    code: 'SOURCE_FAILED',
    message: 'secret s: folder is a folder, not a file',
  });
  await expect(read('id=s,src=large')).rejects.toMatchObject({
    code: 'SOURCE_FAILED',
    message: 'secret s: large is larger than 500 KiB',
  });
  await expect(read('id=s,src=fits')).resolves.toBeDefined();
});

test('a pipe is read, and marked as used up', async () => {
  const { execFileSync } = await import('node:child_process');
  execFileSync('mkfifo', [join(cwd, 'pipe')]);
  const reading = readSecretFlag('id=s,src=pipe', {}, cwd);
  await writeFile(join(cwd, 'pipe'), 'not-a-secret-7f3a91c2d4e8');
  const { usedUp, candidate } = await reading;
  expect(usedUp).toBe(true);
  expect(candidate.secret.reveal().toString()).toBe('not-a-secret-7f3a91c2d4e8');
});
