import { expect, test } from '@jest/globals';
import { loadDetectors } from '../../../../src/scan/detectors/index.ts';
import { allDetectors } from '../../../../src/scan/detectors/list.ts';
import { base62, base64, drawn, fakes, hex, webToken } from './fakes.ts';

const detectors = await loadDetectors();

function found(text: string): string[] {
  return detectors.detect(Buffer.from(text, 'latin1')).map(({ detector }) => detector);
}

test.each(fakes)('a fresh %s is found, and nothing else is told for it', (id, text) => {
  expect(found(text)).toEqual([id]);
});

test.each(fakes)('%s is found between binary bytes', (id, text) => {
  expect(found(`\xe9\x00\xff${text}\x00\xfe\xe9`)).toEqual([id]);
});

test.each(fakes)('%s is found in a JSON string, after an equals sign and in quotes', (id, text) => {
  for (const around of [`{"value":${JSON.stringify(`${text} `)}}`, `export A='${text}'\n`, `A=${text}\n`])
    expect(found(around)).toContain(id);
});

test('every detector of tokens has a fake here', async () => {
  const others = ['private-key', 'kubeconfig-key', 'credential-file', '1password-token'];
  const known = new Set([...fakes.map(([id]) => id), ...others]);
  expect((await allDetectors()).map(({ id }) => id).filter((id) => !known.has(id))).toEqual([]);
});

test('every detector names its source', async () => {
  for (const { id, source } of await allDetectors()) expect([id, source]).toEqual([id, expect.stringMatching(/\S{6}/)]);
});

test.each([
  [
    'AWS documentation',
    `AKIAIOSFODNN7${'EXAMPLE'} aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY${'EXAMPLEKEY'}`,
  ],
  ['the token of jwt.io', webToken({ sub: '1234567890', name: 'John Doe', iat: 1516239022 })],
  ['crosses', `ghp_${'x'.repeat(36)}`],
  ['zeros', `npm_${'0'.repeat(36)}`],
  ['a run', `ghp_1234567890${'abcdefghijklmnopqrstuvwxyz'}`],
  ['words', `gho_YourPersonalAccess${'TokenGoesRightHere'}`],
  ['two letters by turns', `glpat-${'ab'.repeat(10)}`],
  ['a reference in .npmrc', `//npm.example.com/:_authToken=$${'{NPM_TOKEN_OF_THE_BUILD}'}\n`],
  ['a placeholder in .npmrc', '//npm.example.com/:_authToken=<your-registry-token>\n'],
  [
    'a documented docker login',
    `{"auths":{"r.example.com":{"auth":"${Buffer.from('user:password').toString('base64')}"}}}`,
  ],
  ['a docker config with a helper', '{"auths":{"r.example.com":{}},"credsStore":"desktop"}'],
  ['a database of the machine itself', 'postgres://postgres:password@localhost:5432/app'],
  ['a database by variables', `postgres://$${'{DB_USER}'}:$${'{DB_PASSWORD}'}@db:5432/app`],
  [
    'the storage emulator',
    'AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
  ],
  ['a publishable key', `pk_live_${drawn(base62, 24)}`],
  ['a digest', `sha256:${drawn(hex, 64)}`],
  ['a longer word', `my_ghp_${drawn(base62, 60)}`],
  [
    'an id inside base64',
    `${drawn(base64, 40, 2)}AKIA${drawn('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16)}${drawn(base64, 40, 3)}`,
  ],
  ['names of a program, packed', `and_npm_${'Install_D_types_Slashnode_6290EnsureUseStrict'}`],
  ['a longer name', `npm_${drawn(base62, 36)}_${drawn(base62, 8)}`],
  ['the end of a longer name', `my_npm_${drawn(base62, 36)}`],
  ...['shpss_QlRSJy5AXX1cILNjVatTsEIhFxuPF5', 'shpca_7jqbg9cupMkZRxJKXWz3v8BvS8QBa7hMdJfA'].map((text) => [
    'a token of the documentation',
    `e.g.) ${text}${'ex'}`,
  ]),
  ['a GitHub token that is cut off', `ghp_${drawn(base62, 30)}`],
])('%s is no secret', (_, text) => {
  expect(found(text)).toEqual([]);
});

test('an access key id is sure beside its secret only', () => {
  const id = `AKIA${drawn('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16)}`;
  const alone = detectors.detect(Buffer.from(`id,${id}`));
  const pair = detectors.detect(Buffer.from(`Access key ID,Secret access key\n${id},${drawn(base64, 40)}\n`));
  expect([alone, pair].map(([only]) => only?.confidence)).toEqual(['medium', 'high']);
});

test('the token of a Kubernetes service account is surer than other web tokens', () => {
  const service = webToken({ iss: 'kubernetes/serviceaccount', sub: 'system:serviceaccount:shop:default' });
  const other = webToken({ iss: 'https://login.shop.internal', sub: 'someone' });
  const confidences = [service, other].map((text) => detectors.detect(Buffer.from(text))[0]?.confidence);
  expect(confidences).toEqual(['high', 'medium']);
});

test('a detection covers the token, and says nothing of it', () => {
  const token = `ghp_${drawn(base62, 36)}`;
  const text = `before ${token} behind`;
  const [detection] = detectors.detect(Buffer.from(text));
  expect(text.slice(detection?.start, detection?.end)).toBe(token);
  expect(JSON.stringify(detection)).not.toContain(token.slice(4, 10));
});
