import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { versionKey } from '../../../src/build/version-key.ts';

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'safebuild-test-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const text = 'not-a-secret-key-of-32-characters';

test('the key is made once and kept, for its owner alone', async () => {
  const key = await versionKey({ HOME: home });
  const dir = join(home, '.local', 'state', 'safebuild');
  expect(key).toHaveLength(32);
  expect(await versionKey({ HOME: home })).toEqual(key);
  expect(await readFile(join(dir, 'version-key'))).toEqual(key);
  expect((await stat(join(dir, 'version-key'))).mode & 0o777).toBe(0o600);
  expect((await stat(dir)).mode & 0o777).toBe(0o700);
  expect(await readdir(dir)).toEqual(['version-key']);
});

test('two users have two keys', async () => {
  expect(await versionKey({ HOME: join(home, 'a') })).not.toEqual(await versionKey({ HOME: join(home, 'b') }));
});

test('XDG_STATE_HOME moves it; a relative one is ignored', async () => {
  await versionKey({ HOME: join(home, 'h'), XDG_STATE_HOME: join(home, 's') });
  expect(await readdir(home)).toEqual(['s']);
  await versionKey({ HOME: join(home, 'h'), XDG_STATE_HOME: 'relative' });
  expect(await readdir(join(home, 'h', '.local', 'state'))).toEqual(['safebuild']);
});

test('first builds at once agree on one key', async () => {
  const keys = await Promise.all(Array.from({ length: 20 }, () => versionKey({ HOME: home })));
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1);
  expect(await readdir(join(home, '.local', 'state', 'safebuild'))).toEqual(['version-key']);
});

test('a file that is no key is replaced by one that stays', async () => {
  const dir = join(home, '.local', 'state', 'safebuild');
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'version-key'), 'cut');
  const key = await versionKey({ HOME: home });
  expect(key).toHaveLength(32);
  expect(await versionKey({ HOME: home })).toEqual(key);
});

test('where it cannot be kept, each build has its own', async () => {
  await writeFile(join(home, 'file'), '');
  const env = { XDG_STATE_HOME: join(home, 'file') };
  const [one, other] = [await versionKey(env), await versionKey(env)];
  expect(one).toHaveLength(32);
  expect(other).not.toEqual(one);
});

test('it is never put into the build context, from where it could get into the image', async () => {
  expect(await versionKey({ HOME: home }, home)).not.toEqual(await versionKey({ HOME: home }, home));
  expect(await readdir(home)).toEqual([]);
  await versionKey({ HOME: home }, join(home, 'project'));
  expect(await readdir(home)).toEqual(['.local']);
});

test('SAFEBUILD_VERSION_KEY gives the same key on every machine, and nothing is written', async () => {
  const key = await versionKey({ HOME: home, SAFEBUILD_VERSION_KEY: text });
  expect(key).toHaveLength(32);
  expect(await versionKey({ SAFEBUILD_VERSION_KEY: text })).toEqual(key);
  expect(await versionKey({ SAFEBUILD_VERSION_KEY: `${text}.` })).not.toEqual(key);
  expect(await readdir(home)).toEqual([]);
});

test('a SAFEBUILD_VERSION_KEY that can be guessed is refused, unquoted', async () => {
  const short = text.slice(0, 12);
  const refusal = await versionKey({ SAFEBUILD_VERSION_KEY: short }).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'CONFIG_INVALID' });
  expect(String(refusal)).not.toContain(short);
});
