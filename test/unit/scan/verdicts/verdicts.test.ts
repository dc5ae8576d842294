import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { MemberPaths } from '../../../../src/image/index.ts';
import { programDigest } from '../../../../src/scan/program.ts';
import { type EntryVerdict, openVerdicts, type VerdictsOptions } from '../../../../src/scan/verdicts/index.ts';

let parent: string;
let dir: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'safebuild-verdicts-'));
  dir = join(parent, 'verdicts');
});
afterEach(() => rm(parent, { recursive: true, force: true }));

const key = Buffer.alloc(32, 1);
const digest = `sha256:${'a'.repeat(64)}`;
const search = { secrets: 'fingerprint', limits: { maxDepth: 10, maxStreamBytes: 1 } };

function open(changes: Partial<VerdictsOptions> = {}) {
  return openVerdicts({ dir, key, search, program: async () => 'program', ...changes });
}

function verdict(): EntryVerdict {
  const members = new MemberPaths();
  members.add('etc/', '5');
  members.add('etc/motd', '0');
  return {
    size: 300_000,
    containers: ['gzip', 'tar'],
    looks: [],
    tarDigest: `sha256:${'b'.repeat(64)}`,
    members,
    coverage: {
      files: 1,
      decodedBytes: 900_000,
      opened: { gzip: 1, tar: 1 },
      notOpened: { '7z': 1 },
      notOpenedExamples: [{ kind: '7z', where: 'etc/a.7z' }],
      damaged: { count: 0, examples: [] },
    },
  };
}

const onlyFile = async (): Promise<string> => join(dir, (await readdir(dir))[0]!);

test('what was put is got again, by another process too, with the paths of the layer', async () => {
  await open().put(digest, verdict());
  const got = await open().get(digest);
  expect({ ...got, members: undefined }).toEqual({ ...verdict(), members: undefined });
  expect(got?.members?.complete).toBe(true);
  expect(got?.members?.has('etc/motd')).toBe(true);
  expect(got?.members?.hasFolder('etc')).toBe(true);
  expect(got?.members?.has('etc/passwd')).toBe(false);
  // it may grow on
  got?.members?.add('etc/passwd', '0');
  expect(got?.members?.has('etc/passwd')).toBe(true);
});

test('nobody else can read it, and its name tells nothing', async () => {
  await open().put(digest, verdict());
  expect((await stat(dir)).mode & 0o777).toBe(0o700);
  const path = await onlyFile();
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(path).not.toContain('a'.repeat(64));
});

test.each<[string, Partial<VerdictsOptions>]>([
  ['secret or form', { search: { ...search, secrets: 'other' } }],
  ['limit', { search: { ...search, limits: { maxDepth: 11, maxStreamBytes: 1 } } }],
  ['detector', { search: { ...search, detectors: ['npm'] } }],
  ['program', { program: async () => 'other program' }],
  ['key', { key: Buffer.alloc(32, 2) }],
])('another %s finds nothing', async (_, changes) => {
  await open().put(digest, verdict());
  expect(await open(changes).get(digest)).toBeUndefined();
});

test('another digest finds nothing, and the order of fields is no difference', async () => {
  await open().put(digest, verdict());
  expect(await open().get(`sha256:${'c'.repeat(64)}`)).toBeUndefined();
  const turned = { limits: { maxStreamBytes: 1, maxDepth: 10 }, secrets: 'fingerprint' };
  expect(await open({ search: turned }).get(digest)).toBeDefined();
});

test('any change of a record makes it nothing', async () => {
  await open().put(digest, verdict());
  const path = await onlyFile();
  const bytes = await readFile(path);
  for (const at of [0, 31, 32, 35, 36, 100, bytes.length - 1]) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1;
    await writeFile(path, changed);
    expect(await open().get(digest)).toBeUndefined();
  }
  for (const length of [0, 10, 32, 36, bytes.length - 8, bytes.length - 1]) {
    await writeFile(path, bytes.subarray(0, length));
    expect(await open().get(digest)).toBeUndefined();
  }
  await writeFile(path, Buffer.concat([bytes, Buffer.alloc(8)]));
  expect(await open().get(digest)).toBeUndefined();
  await writeFile(path, bytes);
  expect(await open().get(digest)).toBeDefined();
});

test('a record under the name of another one is nothing', async () => {
  await open().put(digest, verdict());
  const [clean] = await readdir(dir);
  const other = `sha256:${'c'.repeat(64)}`;
  await open().put(other, { ...verdict(), size: 1 });
  const name = (await readdir(dir)).find((one) => one !== clean)!;
  await writeFile(join(dir, name), await readFile(join(dir, clean!)));
  expect(await open().get(other)).toBeUndefined();
});

test('a layer of very many files is not kept', async () => {
  const members = MemberPaths.from(new Uint8Array(600_000 * 8), true);
  await open().put(digest, { ...verdict(), members });
  expect(await open().get(digest)).toBeUndefined();
});

test('a folder that cannot be written to or read is no error', async () => {
  await writeFile(dir, 'a file where the folder should be');
  await open().put(digest, verdict());
  expect(await open().get(digest)).toBeUndefined();
});

test('two that write the same at once both succeed', async () => {
  await Promise.all(Array.from({ length: 20 }, () => open().put(digest, verdict())));
  expect(await readdir(dir)).toHaveLength(1);
  expect(await open().get(digest)).toBeDefined();
});

test('a program that cannot tell what it is keeps nothing', async () => {
  const program = (): Promise<string> => Promise.reject(new Error('unreadable'));
  await open({ program }).put(digest, verdict());
  expect(await open({ program }).get(digest)).toBeUndefined();
  expect(await readdir(parent)).toEqual([]);
});

test('the text of the program is its digest', async () => {
  expect(await programDigest()).toMatch(/^[0-9a-f]{64}$/);
});
