import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createMentions, readCredentials, walkContext } from '../../../src/context/index.ts';
import { withTempDir } from '../../helpers/docker.ts';

async function inContext(
  files: Readonly<Record<string, string>>,
  action: (dir: string) => Promise<void>,
): Promise<void> {
  await withTempDir(async (dir) => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(join(dir, path, '..'), { recursive: true });
      await writeFile(join(dir, path), text);
    }
    await action(dir);
  });
}

const tree = { '.env': '', 'a.txt': '', 'src/.env': '', 'src/deep/key.pem': '', 'node_modules/x/index.js': '' };

test.each<[ignore: string | undefined, sent: string[]]>([
  [undefined, ['.env', 'a.txt', 'node_modules/x/index.js', 'src/.env', 'src/deep/key.pem']],
  ['.env\nnode_modules\n', ['a.txt', 'src/.env', 'src/deep/key.pem']],
  ['**/.env', ['a.txt', 'node_modules/x/index.js', 'src/deep/key.pem']],
  ['*\n!src/deep\n', ['src/deep/key.pem']],
  ['**\n!**/*.pem\n', ['src/deep/key.pem']],
  ['# .env\n\nsrc/', ['.env', 'a.txt', 'node_modules/x/index.js']],
])('with %j the builder is sent %j', (ignore, sent) =>
  inContext(tree, async (dir) => {
    expect(await walkContext(dir, ignore)).toEqual(sent);
  }),
);

test('a link is sent as a link, and never followed', () =>
  inContext({ 'real/.env': '' }, async (dir) => {
    await symlink('real', join(dir, 'folder'));
    await symlink('/etc/hostname', join(dir, 'file'));
    await symlink('.', join(dir, 'loop'));
    expect(await walkContext(dir, undefined)).toEqual(['file', 'folder', 'loop', 'real/.env']);
  }));

test('a folder that is not there is left to docker', async () => {
  expect(await walkContext('/nowhere/at/all', undefined)).toEqual([]);
});

test('a name is mentioned as a whole word, in text that is the project’s own', () =>
  inContext(
    {
      'src/a.ts': 'process.env.SENTRY_TOKEN',
      'src/b.ts': 'MY_SENTRY_TOKEN SENTRY_TOKENS',
      'c.sh': 'SENTRY_TOKEN',
      'end.txt': 'x SENTRY_TOKEN_2, then SENTRY_TOKEN',
      'node_modules/x/index.js': 'SENTRY_TOKEN',
      'large.bin': `SENTRY_TOKEN${'x'.repeat(600 * 1024)}`,
    },
    async (dir) => {
      const mentions = createMentions(dir, await walkContext(dir, undefined));
      expect(mentions('SENTRY_TOKEN')).toEqual(['c.sh', 'end.txt', 'src/a.ts']);
      expect(mentions('OTHER')).toEqual([]);
    },
  ));

test('a file that has gone since is mentioned nowhere, and stops nothing', () =>
  inContext({ 'a.ts': 'TOKEN' }, async (dir) => {
    expect(createMentions(dir, ['gone.ts', 'a.ts'])('TOKEN')).toEqual(['a.ts']);
  }));

test('credential files are read, those of dependencies and huge ones are not', () =>
  inContext(
    {
      '.npmrc': '//registry.example.com/:_authToken=not-a-secret-7f3a91c2d4e8\n',
      'node_modules/x/.npmrc': '//registry.example.com/:_authToken=not-a-secret-7f3a91c2d4e8\n',
      'big/.npmrc': '#'.repeat(600 * 1024),
      'readme.md': 'not-a-secret-7f3a91c2d4e8',
    },
    async (dir) => {
      await symlink('/nowhere', join(dir, 'id_rsa'));
      const found = await readCredentials(dir, await walkContext(dir, undefined));
      expect(found.map(({ path }) => path)).toEqual(['.npmrc']);
    },
  ));
