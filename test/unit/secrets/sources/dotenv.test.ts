import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readEnvFile } from '../../../../src/secrets/sources/dotenv.ts';

let root = '';

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'safebuild-dotenv-')));
});
afterEach(() => rm(root, { recursive: true }));

async function file(
  text: string | Uint8Array,
  mode = 0o600,
): Promise<{ path: string; shown: string; required: boolean }> {
  const path = join(root, '.env');
  await writeFile(path, text);
  await chmod(path, mode);
  return { path, shown: '.env', required: true };
}

test('each value comes with file and line', async () => {
  const { candidates, notes } = await readEnvFile(await file('# note\nAPI_KEY=not-a-secret-7f3a91c2d4e8\n'), 3);
  expect(candidates.map(({ secret, rank }) => [secret.name, secret.reveal().toString(), secret.origin, rank])).toEqual([
    ['API_KEY', 'not-a-secret-7f3a91c2d4e8', { source: 'dotenv', where: '.env', line: 2 }, 3],
  ]);
  expect(notes).toEqual([]);
});

test('a required file must exist, an optional one need not', async () => {
  const missing = { path: join(root, 'no.env'), shown: 'no.env' };
  await expect(readEnvFile({ ...missing, required: true }, 3)).rejects.toMatchObject({
    code: 'SOURCE_FAILED',
    message: 'no.env does not exist',
  });
  expect(await readEnvFile({ ...missing, required: false }, 3)).toEqual({ candidates: [], notes: [] });
});

test.each([
  ['Latin-1', Buffer.from('A=caf\u00e9', 'latin1')],
  ['UTF-16', Buffer.from('\uFEFFA=b', 'utf16le')],
])('%s is refused and not guessed', async (_title, bytes) => {
  await expect(readEnvFile(await file(bytes), 3)).rejects.toMatchObject({
    code: 'SOURCE_FAILED',
    message: '.env is not UTF-8 text',
  });
});

test('a folder is refused, and a file beyond a megabyte', async () => {
  await mkdir(join(root, 'folder'));
  await expect(readEnvFile({ path: join(root, 'folder'), shown: 'folder', required: true }, 3)).rejects.toMatchObject({
    code: 'SOURCE_FAILED',
    message: 'folder is a folder, not a file',
  });
  await expect(readEnvFile(await file('A=b\n'.repeat(300_000)), 3)).rejects.toMatchObject({ code: 'SOURCE_FAILED' });
});

test('a line that was not read is a warning with its number', async () => {
  const { notes } = await readEnvFile(await file('"A"=b\n'), 3);
  expect(notes).toEqual([
    expect.objectContaining({
      rule: 'env-file-line',
      level: 'warning',
      location: { kind: 'context', path: '.env', line: 1 },
    }),
  ]);
});

test('a file that others can open is a note, not an error', async () => {
  const { candidates, notes } = await readEnvFile(await file('A=b\n', 0o644), 3);
  expect(candidates).toHaveLength(1);
  expect(notes).toEqual([expect.objectContaining({ rule: 'secret-file-mode', level: 'note' })]);
});

test('a link that leads out of the project is refused, one inside it is followed', async () => {
  await mkdir(join(root, 'project'));
  await writeFile(join(root, 'outside.env'), 'A=b');
  await writeFile(join(root, 'project/inside.env'), 'A=b', { mode: 0o600 });
  await symlink('../outside.env', join(root, 'project/.env'));
  await symlink('inside.env', join(root, 'project/.env.local'));
  const within = join(root, 'project');
  await expect(
    readEnvFile({ path: join(within, '.env'), shown: '.env', required: false, within }, 3),
  ).rejects.toMatchObject({ code: 'SOURCE_FAILED', message: '.env leads out of the project by a symbolic link' });
  const { candidates } = await readEnvFile(
    { path: join(within, '.env.local'), shown: '.env.local', required: false, within },
    3,
  );
  expect(candidates).toHaveLength(1);
});
