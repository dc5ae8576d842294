import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { age } from '../../../../../src/secrets/providers/age/index.ts';
import { fetchOne, providerHost, refusalOf } from '../../../../helpers/provider-host.ts';

// What age itself does is tested with the real one, in test/tools; here is what it must never come to.

let folder: string;
const header = 'age-encryption.org/v1\n-> X25519 abc\n';
const armored = (text: string): string => {
  const body = Buffer.from(text).toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN AGE ENCRYPTED FILE-----\n${body}\n-----END AGE ENCRYPTED FILE-----\n`;
};
const sshKey = (cipher: string): string => {
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0\0\0\0'),
    Buffer.from([cipher.length]),
    Buffer.from(cipher),
  ]);
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${body.toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`;
};
const written = {
  'value.age': header,
  'passphrase.age': 'age-encryption.org/v1\n-> scrypt abc 18\n',
  'armored.age': armored('age-encryption.org/v1\n-> scrypt abc 18\nnot-a-secret'),
  'plain.age': 'not-a-secret-7f3a91c2d4e8',
  'locked-identity': header,
  'locked-ssh': sshKey('aes256-ctr'),
  'old-locked-ssh': '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n',
  'open-ssh': sshKey('none'),
  identity: '# created: never\n',
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safebuild-age-'));
  for (const [name, text] of Object.entries(written)) await writeFile(join(folder, name), text);
  // prints its arguments, and what it is given on its standard input
  await writeFile(join(folder, 'age'), '#!/bin/sh\necho "$@"; [ "$3" = - ] && /bin/cat; exit 0\n');
  await chmod(join(folder, 'age'), 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const host = (env: Record<string, string> = {}, settings: Record<string, unknown> = {}) =>
  providerHost({ env: { PATH: folder, ...env }, cwd: folder, home: folder, settings });
const refused = (reference: string, env?: Record<string, string>) => refusalOf(fetchOne(age, reference, host(env)));
const said = async (env?: Record<string, string>, settings?: Record<string, unknown>) =>
  (await fetchOne(age, 'age://value.age', host(env, settings))).value.toString();

test('nothing asks for a passphrase: neither the file nor the identity may need one', async () => {
  for (const name of ['passphrase.age', 'armored.age']) {
    expect((await refused(`age://${name}`, { AGE_IDENTITY: 'identity' })).text).toContain(
      'encrypted with a passphrase',
    );
  }
  for (const name of ['locked-identity', 'locked-ssh', 'old-locked-ssh']) {
    expect((await refused('age://value.age', { AGE_IDENTITY: name })).text).toContain(
      'itself locked with a passphrase',
    );
  }
  expect(await said({ AGE_IDENTITY: 'open-ssh' })).toContain('open-ssh');
});

test('the identity is that of the settings, of age, of sops, or where sops looks for one', async () => {
  const absolute = (name: string) => `--decrypt --identity ${join(folder, name)} ${join(folder, 'value.age')}\n`;
  const env = { AGE_IDENTITY: 'open-ssh', SOPS_AGE_KEY_FILE: 'identity' };
  expect(await said(env, { age: { identity: '~/identity' } })).toBe(absolute('identity'));
  expect(await said(env)).toBe(absolute('open-ssh'));
  expect(await said({ SOPS_AGE_KEY_FILE: 'identity' })).toBe(absolute('identity'));
  expect((await refused('age://value.age', { XDG_CONFIG_HOME: folder })).text).toContain('no age identity');
});

test('a key goes to age by its standard input, never by an argument', async () => {
  const key = 'AGE-SECRET-KEY-1NOTASECRET7F3A91C2D4E8';
  for (const env of [{ AGE_IDENTITY: key }, { SOPS_AGE_KEY: `# a comment\n${key}` }]) {
    const [words, ...input] = (await said(env as unknown as Record<string, string>)).split('\n');
    expect(words).toBe(`--decrypt --identity - ${join(folder, 'value.age')}`);
    expect(input.join('\n')).toContain(key);
  }
});

test('a key in the settings, which are committed, is refused and not quoted', () => {
  const identity = 'AGE-SECRET-KEY-1NOTASECRET7F3A91C2D4E8';
  expect(() => age.open(host({}, { age: { identity } }))).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.not.stringContaining('7F3A91') }),
  );
});

test('a file that is not there is missing; one that is not encrypted is refused and not quoted', async () => {
  expect((await refused('age://nope.age')).code).toBe('SECRET_MISSING');
  const plain = await refused('age://plain.age');
  expect(plain).toMatchObject({ code: 'SOURCE_FAILED', text: expect.stringContaining('not encrypted by age') });
  expect(plain.text).not.toContain('7f3a91');
});

test('age that is not installed is told how to be got', async () => {
  const none = providerHost({ env: { PATH: '/nowhere', AGE_IDENTITY: 'identity' }, cwd: folder });
  expect((await refusalOf(fetchOne(age, 'age://value.age', none))).text).toContain('Install age');
});

test('what is no reference is refused', () => {
  for (const text of ['age://', 'age://a#b', 'age://a?b', 'age:x']) {
    expect(() => age.check(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  }
});
