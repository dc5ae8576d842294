import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { loadConfig } from '../../../src/config/index.ts';

let root = '';
let project = '';

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'safebuild-user-')));
  project = join(root, 'project');
  await mkdir(project);
});
afterEach(() => rm(root, { recursive: true }));

async function put(folder: string, text: string): Promise<void> {
  await mkdir(join(folder, 'safebuild'), { recursive: true });
  await writeFile(join(folder, 'safebuild', 'config.yaml'), text);
}

const load = (env: Record<string, string>) => loadConfig({ cwd: project, env });

test("the user's own sources are read from XDG_CONFIG_HOME, and from ~/.config without it", async () => {
  await put(join(root, 'xdg'), 'secrets: { TOKEN: "pass://npm" }\nsources: { deadline: 5s }\n');
  await put(join(root, '.config'), 'secrets: { OTHER: { exec: [get-it] } }\n');
  expect((await load({ XDG_CONFIG_HOME: join(root, 'xdg'), HOME: root })).user).toEqual({
    path: join(root, 'xdg/safebuild/config.yaml'),
    secrets: new Map([
      ['TOKEN', { from: 'pass://npm', at: { path: join(root, 'xdg/safebuild/config.yaml'), line: 1 } }],
    ]),
    sources: { deadlineMs: 5000, settings: new Map() },
  });
  expect([...((await load({ XDG_CONFIG_HOME: 'relative', HOME: root })).user?.secrets.keys() ?? [])]).toEqual([
    'OTHER',
  ]);
  expect((await load({ HOME: join(root, 'nobody') })).user).toBeUndefined();
});

test('what lies in the project is the project’s, wherever HOME points', async () => {
  await put(join(project, '.config'), 'secrets: { TOKEN: { exec: [take-it] } }\n');
  expect((await load({ HOME: project })).user).toBeUndefined();
});

test('what lies in the repository of the context is not the user’s either', async () => {
  await put(join(root, '.config'), 'secrets: { TOKEN: { exec: [take-it] } }\n');
  expect((await load({ HOME: root })).user).toBeDefined();
  await mkdir(join(root, '.git'));
  expect((await load({ HOME: root })).user).toBeUndefined();
  await mkdir(join(project, '.git'));
  expect((await load({ HOME: root })).user).toBeDefined();
});

test('it holds sources only, and never a value', async () => {
  await put(join(root, '.config'), 'allow: []\n');
  await expect(load({ HOME: root })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  await put(join(root, '.config'), 'secrets: { TOKEN: not-a-secret-7f3a91c2d4e8 }\n');
  await expect(load({ HOME: root })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.not.stringContaining('not-a-secret'),
  });
});
