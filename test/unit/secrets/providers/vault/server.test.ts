import { expect, test } from '@jest/globals';
import { serverOf } from '../../../../../src/secrets/providers/vault/server.ts';
import { readSettings } from '../../../../../src/secrets/providers/vault/settings.ts';
import { hostWith } from './host.ts';

const address = 'https://vault.example.com:8200';

test('the environment names the server, by either name of it', () => {
  expect(serverOf(hostWith({ VAULT_ADDR: address }), {})).toMatchObject({ base: address, skipVerify: false });
  const both = { VAULT_ADDR: 'https://old.example.com', BAO_ADDR: 'https://bao.example.com/prefix/' };
  expect(serverOf(hostWith(both), {})).toMatchObject({ base: 'https://bao.example.com/prefix' });
});

test('a reference goes before the environment, and that before safebuild.yaml', () => {
  const host = hostWith({ VAULT_ADDR: address });
  const settings = { address: 'https://yaml.example.com' };
  expect(serverOf(hostWith({}), settings).base).toBe('https://yaml.example.com');
  expect(serverOf(host, settings).base).toBe(address);
  expect(serverOf(host, settings, 'https://reference.example.com').base).toBe('https://reference.example.com');
  expect(serverOf(host, settings, 'reference.example.com:8200').base).toBe('https://reference.example.com:8200');
  expect(() => serverOf(hostWith({}), {})).toThrow(
    expect.objectContaining({ code: 'SOURCE_FAILED', message: 'no Vault server is known: VAULT_ADDR is not set' }),
  );
});

test('http is for loopback, or where it is allowed', () => {
  const remote = hostWith({ VAULT_ADDR: 'http://vault.example.com:8200' });
  expect(() => serverOf(remote, {})).toThrow(/in the clear/);
  expect(serverOf(remote, { 'allow-http': true }).scheme).toBe('http:');
  for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
    expect(serverOf(hostWith({ VAULT_ADDR: `http://${host}:8200` }), {}).loopback).toBe(true);
  }
  expect(() => serverOf(hostWith({ VAULT_ADDR: 'http://127.0.0.1.example.com' }), {})).toThrow(/in the clear/);
});

test('the environment goes before safebuild.yaml in what belongs to TLS', () => {
  const env = { VAULT_ADDR: address, VAULT_CACERT: '/env/ca.pem', VAULT_SKIP_VERIFY: 'true', VAULT_MAX_RETRIES: '0' };
  const settings = { 'ca-cert': '/yaml/ca.pem', 'client-cert': '~/client.pem', 'tls-server-name': 'vault.internal' };
  const host = hostWith(env);
  expect(serverOf(host, settings)).toMatchObject({
    caCert: { path: '/env/ca.pem' },
    clientCert: { path: `${host.home}/client.pem`, shown: 'the path in sources.vault.client-cert' },
    serverName: 'vault.internal',
    skipVerify: true,
    retries: 0,
  });
});

const value = 'not-a-secret-7f3a91c2d4e8';
test.each([
  `https://user:${value}@vault.example.com`,
  `${value} `,
  `ftp://${value}`,
  `https://a.example.com?x=${value}`,
])('what is no address is refused without a word of it (%#)', (text) => {
  expect(() => serverOf(hostWith({ VAULT_ADDR: text }), {})).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.not.stringContaining(value) }),
  );
});

test.each([
  [{ adress: value }, 'sources.vault has a key that is not known'],
  [{ address: [value] }, 'sources.vault.address is not of the right kind'],
  [{ auth: { method: value } }, 'sources.vault.auth.method must be one of: token, approle'],
  [{ auth: value }, 'sources.vault.auth'],
  [{ auth: { method: 'approle', 'secret-id': value } }, 'sources.vault.auth.secret-id must be env:NAME or file:PATH'],
  [{ auth: { method: 'jwt', jwt: value } }, 'sources.vault.auth.jwt must be github, gitlab, env:NAME or file:PATH'],
  [{ auth: { method: 'userpass', password: value } }, 'sources.vault.auth.password must be env:NAME or file:PATH'],
  [value, 'sources.vault is not of the right kind'],
])('settings that are wrong are told by their key, never by their value (%#)', (settings, expected) => {
  expect(() => readSettings(settings)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(expected) }),
  );
  expect(() => readSettings(settings)).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining(value) }),
  );
});
