import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findCredentials } from '../../../src/registry/credentials.ts';

const host = 'registry.example.com:5000';
const hub = 'https://index.docker.io/v1/';
const password = 'not-a-secret-7f3a91c2d4e8';
const refreshToken = 'not-a-secret-refresh-91c2d4e87f3a';
const ci = { user: 'ci', password };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safebuild-credentials-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

async function find(config: unknown, key = host, env: Record<string, string> = {}) {
  await writeFile(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
  const path = [folder, process.env.PATH ?? ''].join(delimiter);
  return findCredentials(key, { DOCKER_CONFIG: folder, PATH: path, ...env });
}

/** Puts a credential helper on PATH that prints this, and ends with this code; it notes what it was asked. */
async function writeHelper(name: string, output: string, exitCode = 0): Promise<void> {
  const path = join(folder, `docker-credential-${name}`);
  const script = `#!/bin/sh\n{ echo "$1"; cat; } > '${folder}/asked'\nprintf '%s' '${output}'\nexit ${exitCode}\n`;
  await writeFile(path, script);
  await chmod(path, 0o755);
}

test.each([
  ['auth', { [host]: { auth: base64(`ci:${password}`) } }, ci],
  ['auth, padded with NUL', { [host]: { auth: base64(`ci:${password}\0\0`) } }, ci],
  ['a password with a colon', { [host]: { auth: base64('ci:a:b') } }, { user: 'ci', password: 'a:b' }],
  ['username and password', { [host]: { username: 'ci', password } }, ci],
  [
    'auth before username and password',
    { [host]: { auth: base64(`ci:${password}`), username: 'x', password: 'y' } },
    ci,
  ],
  [
    'an identity token',
    { [host]: { auth: base64('00000000-0000-0000-0000-000000000000:'), identitytoken: refreshToken } },
    { user: '', password: refreshToken, identityToken: true },
  ],
  ['the host called by an old URL', { [`https://${host}/v1/`]: { auth: base64(`ci:${password}`) } }, ci],
  ['nothing for another host', { 'registry.example.com': { auth: base64(`ci:${password}`) } }, undefined],
  ['nothing in an empty entry', { [host]: {} }, undefined],
])('auths: %s', async (_, auths, expected) => {
  expect(await find({ auths })).toEqual(expected);
});

test('Docker Hub is called by its old address', async () => {
  expect(await find({ auths: { [hub]: { auth: base64(`ci:${password}`) } } }, hub)).toEqual(ci);
});

test('no config file means no credentials', async () => {
  expect(await findCredentials(host, { DOCKER_CONFIG: join(folder, 'none') })).toBeUndefined();
  expect(await findCredentials(host, { HOME: folder })).toBeUndefined();
});

test('without DOCKER_CONFIG the file is looked for in the home folder', async () => {
  await expect(findCredentials(host, { HOME: join(folder, '\0') })).rejects.toMatchObject({ code: 'PUBLISH_FAILED' });
});

test('the helper of a host wins over the common one, which wins over the file', async () => {
  await writeHelper('own', JSON.stringify({ ServerURL: host, Username: 'own', Secret: password }));
  const auths = { [host]: { auth: base64('file:x') } };
  const config = { auths, credHelpers: { [host]: 'own' }, credsStore: 'missing' };
  expect(await find(config)).toEqual({ user: 'own', password });
  await writeHelper('common', JSON.stringify({ Username: 'common', Secret: password }));
  expect(await find({ auths, credHelpers: { 'other.example.com': 'missing' }, credsStore: 'common' })).toEqual({
    user: 'common',
    password,
  });
  expect(await find({ auths, credHelpers: { [host]: '' }, credsStore: 'missing' })).toEqual({
    user: 'file',
    password: 'x',
  });
});

test('a helper is asked for the host on standard input', async () => {
  await writeHelper('own', JSON.stringify({ Username: 'ci', Secret: password }));
  await find({ credsStore: 'own' });
  expect(await readFile(join(folder, 'asked'), 'utf8')).toBe(`get\n${host}`);
});

test('the user <token> of a helper means an identity token', async () => {
  await writeHelper('own', JSON.stringify({ Username: '<token>', Secret: refreshToken }));
  expect(await find({ credsStore: 'own' })).toEqual({ user: '', password: refreshToken, identityToken: true });
});

test('a helper that knows nothing of the host is no error', async () => {
  await writeHelper('own', 'credentials not found in native keychain', 1);
  expect(await find({ auths: { [host]: { auth: base64('file:x') } }, credsStore: 'own' })).toBeUndefined();
});

test.each([
  ['fails', `cannot unlock ${password}`, 1],
  ['prints no JSON', `${password} {`, 0],
  ['prints other JSON', JSON.stringify({ Username: 'ci', Secrets: password }), 0],
  ['prints null', 'null', 0],
])('a helper that %s is an error without its output', async (_, output, exitCode) => {
  await writeHelper('own', output, exitCode);
  const failure = await find({ credsStore: 'own' }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'PUBLISH_FAILED', message: expect.stringContaining('docker-credential-own') });
  expectNoSecretIn(failure);
});

test('a helper that is not there is an error', async () => {
  await expect(find({ credsStore: 'missing' })).rejects.toMatchObject({ code: 'PUBLISH_FAILED' });
});

test.each([
  ['broken JSON', `{"auths":{"${host}":{"auth":"${base64(`ci:${password}`)}"}`],
  ['a password where the JSON ends', `"${password}`],
  ['a list', `["${password}"]`],
  ['null', 'null'],
  ['auths that are no entries', { auths: { [host]: password } }],
  ['an auth that is no text', { auths: { [host]: { auth: [password] } } }],
  ['a helper that is no name', { credHelpers: { [host]: { password } } }],
])('a config with %s is an error that holds nothing of it', async (_, config) => {
  const failure = await find(config).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'PUBLISH_FAILED', message: expect.stringContaining('config.json') });
  expectNoSecretIn(failure);
});

test('null stands for what is absent, as docker reads it', async () => {
  expect(await find({ auths: null, credHelpers: null, credsStore: null })).toBeUndefined();
});

test('DOCKER_AUTH_CONFIG wins over file and helper, for the hosts that it names', async () => {
  const variable = JSON.stringify({ auths: { [host]: { auth: base64(`ci:${password}`) } } });
  const config = { auths: { [hub]: { auth: base64('file:x') } }, credHelpers: { [host]: 'missing' } };
  expect(await find(config, host, { DOCKER_AUTH_CONFIG: variable })).toEqual(ci);
  expect(await find(config, hub, { DOCKER_AUTH_CONFIG: variable })).toEqual({ user: 'file', password: 'x' });
});

test('a DOCKER_AUTH_CONFIG that cannot be read is passed over, as docker does', async () => {
  const config = { auths: { [host]: { auth: base64(`ci:${password}`) } } };
  expect(await find(config, host, { DOCKER_AUTH_CONFIG: '{"auths"' })).toEqual(ci);
});

function expectNoSecretIn(failure: unknown): void {
  const { message, hint, cause, stack } = failure as Error & { hint?: string };
  const shown = [message, hint, stack, String(cause ?? '')].join('\n');
  expect(shown).not.toContain(password);
  expect(shown).not.toContain(base64(`ci:${password}`));
}
