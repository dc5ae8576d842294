import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { DeclaredSource } from '../../../../src/secrets/fetch/declared.ts';
import { demandsOf } from '../../../../src/secrets/fetch/demands.ts';

let root = '';

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'safebuild-demands-')));
  await mkdir(join(root, 'project'));
});
afterEach(() => rm(root, { recursive: true }));

const demands = (source: Partial<DeclaredSource>, settings: Record<string, unknown> = {}) =>
  demandsOf(
    [
      {
        name: 'TOKEN',
        by: 'project',
        rank: 0,
        folder: join(root, 'project'),
        allowEmpty: false,
        at: { path: 'safebuild.yaml', line: 1 },
        ...source,
      },
    ],
    new Map(Object.entries(settings)),
    { folder: join(root, 'project'), root: join(root, 'project'), home: join(root, 'home') },
  );
const levels = async (...given: Parameters<typeof demands>) => (await demands(...given)).map(({ level }) => level);

test.each([
  ['file:inside.txt', []],
  ['file:not/there/yet', []],
  ['file:../outside.txt', ['outside']],
  ['file:link.txt', ['outside']],
  ['file:~/.npmrc', ['outside']],
  ['env:AWS_SECRET_ACCESS_KEY', ['outside']],
  ['op://vault/item/field?attribute=otp', ['outside']],
  ['vault://kv/app?version=3#token', ['outside']],
  ['ref+vault://kv/app?address=https://elsewhere.example.com#/token', ['always']],
  ['vault://kv/app?version=3#token?address=https://elsewhere.example.com', ['always']],
  ['ref+vault://kv/app#/token?%61ddress=https://elsewhere.example.com', ['always']],
  ['ref+awssecrets://app?region=eu-west-1', ['outside']],
  ['ref+awsssm://app?recursive=true#/token', ['outside']],
  ['gcp+sm://project/app?location=europe-west3&version=3', ['outside']],
  ['exec:get-token', ['always']],
])('%s in a project asks for %j', async (from, expected) => {
  await writeFile(join(root, 'outside.txt'), '');
  await symlink('../outside.txt', join(root, 'project', 'link.txt'));
  expect(await levels({ from })).toEqual(expected);
});

test('what the user says on the command line is not asked about; their own sources are, where a project wants them', async () => {
  expect(await levels({ from: 'exec:get-token', by: 'flag' })).toEqual([]);
  expect(await levels({ from: 'exec:get-token', by: 'user' })).toEqual(['outside']);
  expect(await levels({ template: 'x' })).toEqual([]);
});

test('settings of a project that say where credentials go are asked about, also for a reference of the user', async () => {
  const by = 'flag';
  expect(await levels({ from: 'vault://kv/app#token', by }, { vault: { address: 'https://x.example.com' } })).toEqual([
    'always',
  ]);
  expect(await levels({ from: 'vault://kv/app#token', by }, { vault: { namespace: 'team' } })).toEqual([]);
  expect(await levels({ from: 'vault://kv/app#token', by }, { aws: { endpoint: 'https://x.example.com' } })).toEqual(
    [],
  );
});

test('the digest changes with all that is shown, and with the script that would run', async () => {
  const digest = async (...given: Parameters<typeof demands>) => (await demands(...given))[0]?.digest;
  const script = { from: 'exec:["sh", "get.sh"]' };
  await writeFile(join(root, 'project', 'get.sh'), 'echo 1\n');
  const first = await digest(script);
  expect(await digest(script)).toBe(first);
  await writeFile(join(root, 'project', 'get.sh'), 'echo 2\n');
  expect(await digest(script)).not.toBe(first);
  expect(await digest({ from: 'env:A' })).not.toBe(await digest({ from: 'env:A', name: 'OTHER' }));
  expect(await digest({ from: 'env:A' })).not.toBe(await digest({ from: 'env:B' }));
});

test('what a stranger wrote cannot draw on the terminal', async () => {
  const [demand] = await demands({
    from: `exec:${JSON.stringify(['get', '\u001b[2K\u202e\n'])}\u202e`.slice(0, -1),
    name: 'A\u0007',
  });
  expect(`${demand?.about} ${demand?.what}`).toMatch(/^[\x20-\x7e]+$/);
});

test('a log shows neither the words of a program nor what settings are set to', async () => {
  const [program, settings] = await demands({ from: 'exec:["get", "not-a-secret-7f3a91c2d4e8"]' }, {}).then(
    async (first) => [
      ...first,
      ...(await demands({ from: 'vault://a/b#c', by: 'flag' }, { vault: { address: 'not-a-secret' } })),
    ],
  );
  expect([program?.brief, settings?.brief]).toEqual(['exec:get', 'address']);
});

test('a link in the project that leads out of it is asked about again when it leads elsewhere', async () => {
  const link = join(root, 'project', 'get.sh');
  await writeFile(join(root, 'one'), '');
  await writeFile(join(root, 'two'), '');
  const digest = async (to: string) => {
    await rm(link, { force: true });
    await symlink(to, link);
    return (await demands({ from: 'exec:./get.sh' }))[0]?.digest;
  };
  const first = await digest('../one');
  expect(first).toBeDefined();
  expect(await digest('../two')).not.toBe(first);
  expect(await digest('../one')).toBe(first);
});
