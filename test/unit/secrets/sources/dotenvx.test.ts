import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { loadConfig } from '../../../../src/config/index.ts';
import { parseDockerfile } from '../../../../src/dockerfile/index.ts';
import { createFetching, loadSecrets, type SecretSet } from '../../../../src/secrets/index.ts';
import { decrypted, privateKeyName } from '../../../../src/secrets/sources/dotenvx.ts';

// Written by dotenvx itself, with keys that protect nothing else.
const key = 'a383f548fbedaf459884ccf9c222c4de8f647b108a0c16f9143ad3dd12c98aa3';
const sealed = {
  hello:
    'encrypted:BJtXR7rk8hnPfwSmzHKwtlyrAQMkVqJIg/kwetPWPEicjZIRNNuPYM1aIPbuu/y7cZ11yNro570xQQq53UwtPWpjKd7GcAo0889lTwsdDSbKgqcWO3lw8WMJkiI9C7JMxQL0Kdf9',
  token:
    'encrypted:BAWFka6D5bj4cqcNl3KS9pv7Ppp6MxfcGKL4nH5HBl7VZsbJQCI66twykMDaQMxPRKVAgNZjwAUJuV94Ypkh2/G1XYTgufn5KtZuOMDmgen8CnAjHKNWIigQCDtpPqOV4TxqTNx4oPCa+XL+U2SLBbFKweuHzg0tikQ=',
  lines:
    'encrypted:BMAOEqlJKl6uU7pqTOAEGPFCIkVnWLpfQ1C/0u+7Tj+Rt56LHjqxEsJyYCUsAOW90T6ykWeadORmXWy6whPSyRIeqBz9VeSRkAo0QysFMNz/xySkBMwIkOrxoV8gg+qZc+WC9qqHsft++bQaePym969W',
};
const value = 'not-a-secret-7f3a91c2d4e8';
const envFile = `DOTENV_PUBLIC_KEY="02cede7f30defa99b8390b8f638c22829eb9bb8148fcbeef87a30ed1be4b2f35c7"
HELLO=${sealed.hello}
API_TOKEN="${sealed.token}"
`;

let cwd = '';

beforeEach(async () => {
  cwd = await realpath(await mkdtemp(join(tmpdir(), 'safebuild-dotenvx-')));
});
afterEach(() => rm(cwd, { recursive: true }));

async function load(files: Record<string, string>, env: Record<string, string> = {}): Promise<SecretSet> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text, { mode: 0o600 });
  const fetching = createFetching({
    env,
    signal: AbortSignal.timeout(20_000),
    permit: () => Promise.resolve(),
    say: () => undefined,
    notReturned: () => undefined,
  });
  const dockerfile = parseDockerfile('FROM scratch\nRUN $API_TOKEN\n');
  return loadSecrets({ cwd, env, config: await loadConfig({ cwd }), dockerfile, fetching });
}

test('what dotenvx encrypts is decrypted', () => {
  expect(decrypted(sealed.hello, key)?.toString()).toBe('plain');
  expect(decrypted(sealed.token, key)?.toString()).toBe(value);
  expect(decrypted(sealed.lines, key)?.toString()).toBe('line one\nline two');
});

test.each([
  ['another key', sealed.token, `b${key.slice(1)}`],
  ['no key', sealed.token, 'x'],
  ['a changed text', `${sealed.token.slice(0, -5)}AAAA=`, key],
  ['a text that was cut off', sealed.token.slice(0, 60), key],
  ['a point that is none', `encrypted:${Buffer.alloc(120, 7).toString('base64')}`, key],
])('%s gives nothing', (_, text, privateKey) => {
  expect(decrypted(text, privateKey)).toBeUndefined();
});

test.each([
  ['.env', [], 'DOTENV_PRIVATE_KEY'],
  ['.env.production', [], 'DOTENV_PRIVATE_KEY_PRODUCTION'],
  ['values.env', ['A', 'DOTENV_PUBLIC_KEY_CI'], 'DOTENV_PRIVATE_KEY_CI'],
])('the key of %s with %j is %s', (file, names, expected) => {
  expect(privateKeyName(file, names)).toBe(expected);
});

test.each([
  ['the environment', {}, { DOTENV_PRIVATE_KEY: key }],
  ['a list of keys', {}, { DOTENV_PRIVATE_KEY: `${'0'.repeat(63)}1,${key}` }],
  ['.env.keys', { '.env.keys': `# keys\nDOTENV_PRIVATE_KEY=${key}\n` }, {}],
])('the key comes from %s; values are judged by what they hold, and the key is searched for', async (_, files, env) => {
  const set = await load({ '.env': envFile, ...files }, env);
  expect(set.get('API_TOKEN')?.reveal().toString()).toBe(value);
  expect(set.settings.map(({ name }) => name)).toEqual(expect.arrayContaining(['HELLO', 'DOTENV_PUBLIC_KEY']));
  expect(set.secrets.map((secret) => secret.reveal().toString())).toContain(key);
  expect(set.offered.has('DOTENV_PRIVATE_KEY')).toBe(false);
  expect(set.secrets.map((secret) => secret.reveal().toString())).not.toContainEqual(
    expect.stringMatching(/^encrypted:/),
  );
});

test('without the key, or with another one, a build that needs the value stops and says which key', async () => {
  await expect(load({ '.env': envFile })).rejects.toMatchObject({
    code: 'SOURCE_FAILED',
    message:
      'The secret API_TOKEN, which Dockerfile line 2 needs, could not be had from .env (.env line 3): its value is encrypted by dotenvx, and DOTENV_PRIVATE_KEY is neither set nor in .env.keys',
  });
  await expect(load({}, { DOTENV_PRIVATE_KEY: `b${key.slice(1)}` })).rejects.toMatchObject({
    message: expect.stringContaining('DOTENV_PRIVATE_KEY (environment) does not fit it'),
  });
});

test('a plain value of a stronger file stands in for one that cannot be decrypted', async () => {
  const set = await load({ '.env': envFile, '.env.local': `API_TOKEN=${value}\n` });
  expect(set.get('API_TOKEN')?.reveal().toString()).toBe(value);
  expect(set.unfetched.map(({ name }) => name)).toEqual(['HELLO']);
});
