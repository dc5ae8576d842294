import { expect, test } from '@jest/globals';
import { pack } from 'tar-stream';
import { type Detection, loadDetectors } from '../../../../src/scan/detectors/index.ts';
import { base62, drawn } from './fakes.ts';

const detectors = await loadDetectors();
const password = drawn(base62, 20);

async function tarOf(files: Record<string, string>): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, content);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function found(files: Record<string, string>): Promise<Detection[]> {
  return detectors.detect(await tarOf({ 'etc/before': 'x'.repeat(700), ...files, 'etc/behind': 'y'.repeat(5000) }));
}

test.each([
  ['root/.git-credentials', `https://builder:${password}@git.example.com\n`],
  ['root/.netrc', `machine git.example.com login builder password ${password}\n`],
  ['home/app/.pgpass', `db.shop.internal:5432:shop:shop:${password}\n`],
  ['root/.my.cnf', `[client]\nuser=shop\npassword=${password}\n`],
  ['root/.pypirc', `[distutils]\nindex-servers=shop\n[shop]\nusername=builder\npassword=${password}\n`],
])('the login in %s of a layer is found', async (path, content) => {
  const [only, ...others] = await found({ [path]: content });
  expect(only).toMatchObject({ detector: 'credential-file', confidence: 'high' });
  expect(others).toEqual([]);
});

test('its place is the content of the file, not its header', async () => {
  const content = `machine git.example.com login builder password ${password}\n`;
  const tar = await tarOf({ 'root/.netrc': content });
  const [only] = detectors.detect(tar);
  expect(tar.toString('latin1', only?.start, only?.end)).toBe(content);
});

test('a file that is looked at by itself is known by its path', () => {
  const content = Buffer.from(`https://builder:${password}@git.example.com\n`);
  expect(detectors.detect(content, 'root/.git-credentials').map(({ detector }) => detector)).toEqual([
    'credential-file',
  ]);
  expect(detectors.detect(content, 'root/notes')).toEqual([]);
});

test.each([
  ['a file without a login', { 'root/.npmrc': 'registry=https://npm.example.com/\nfund=false\n' }],
  ['a login by a variable', { 'root/.netrc': `machine git.example.com login builder password $${'{GIT_PASSWORD}'}\n` }],
  ['a template', { 'root/.netrc': 'machine git.example.com login builder password <password>\n' }],
  ['an empty file', { 'root/.git-credentials': '' }],
  ['a name in a text', { 'root/readme': `.netrc\0 machine git.example.com login builder password ${password}\n` }],
])('%s is no finding', async (_, files) => {
  expect(await found(files)).toEqual([]);
});
