import { expect, test } from '@jest/globals';
import { vault } from '../../../../../src/secrets/providers/vault/index.ts';
import { parseReference } from '../../../../../src/secrets/providers/vault/reference.ts';

test.each([
  ['vault://secret/app#password', { path: 'secret/app', field: ['password'] }],
  ['vault://secret/team/app', { path: 'secret/team/app' }],
  ['vault://secret/app/#password', { path: 'secret/app', field: ['password'] }],
  ['vault://secret/app?version=3#password', { path: 'secret/app', field: ['password'], version: '3' }],
  ['vault://secret/app#password?version=3', { path: 'secret/app', field: ['password'], version: '3' }],
  ['vault://secret/app?namespace=/team/a/#x', { path: 'secret/app', field: ['x'], namespace: 'team/a' }],
  ['vault://secret/app#/a/b', { path: 'secret/app', field: ['a', 'b'] }],
  ['vault://secret/app#a/b', { path: 'secret/app', field: ['a/b'] }],
  ['vault://secret/app#tls.crt', { path: 'secret/app', field: ['tls.crt'] }],
  ['vault://secret/my%20app#a%23b', { path: 'secret/my app', field: ['a#b'] }],
  ['ref+vault://mykv/foo#/bar', { path: 'mykv/foo', field: ['bar'] }],
  ['ref+vault://mykv/foo#/bar+', { path: 'mykv/foo', field: ['bar'] }],
  ['ref+vault://mykv/foo/bar', { path: 'mykv/foo', field: ['bar'] }],
  ['ref+vault://mykv/foo', { path: 'mykv/foo' }],
])('%s is read', (text, expected) => {
  expect(parseReference(text)).toEqual({ ...expected, overrides: {} });
});

test("vals' parameters are read before and behind the fragment", () => {
  const overrides = { address: 'https://vault.example.com:8200', token_env: 'OTHER', auth_method: 'token' };
  const query = 'address=https://vault.example.com:8200&token_env=OTHER&auth_method=token&namespace=ns1&version=2';
  const expected = { path: 'mykv/foo', field: ['bar'], namespace: 'ns1', version: '2', overrides };
  expect(parseReference(`ref+vault://mykv/foo?${query}#/bar`)).toEqual(expected);
  expect(parseReference(`ref+vault://mykv/foo#/bar?${query}`)).toEqual(expected);
});

const value = 'not-a-secret-7f3a91c2d4e8';
test.each([
  `${value}`,
  `vault:${value}`,
  `vault://${value}`,
  `vault://secret/${value}?version=zero`,
  `vault://secret/${value}?version=0`,
  `vault://secret/app?token=${value}#x`,
  `vault://secret/app?namespace=#${value}`,
  `vault://secret/../${value}`,
  `vault://secret//${value}`,
  `vault://secret/%2e%2e/${value}`,
  `vault://secret/${value}%`,
  `vault://secret/${value}\n`,
  `vault://secret/app#/a//${value}`,
  `vault://user:${value}@vault.example.com/secret/app#x`,
  `vault://vault.example.com:8200/${value}/app#x`,
  `vault://auth/token/lookup-self#${value}`,
  `vault://sys/raw/${value}`,
  `ref+vault://secret/app?secret_id=${value}#/x`,
])('what is no reference is refused without a word of it (%#)', (text) => {
  let refusal: unknown;
  try {
    vault.check(text);
  } catch (error) {
    refusal = error;
  }
  const { code, message, hint } = refusal as { code: string; message: string; hint: string };
  expect(code).toBe('CONFIG_INVALID');
  expect(hint).not.toBe('');
  expect(`${message} ${hint}`).not.toContain(value);
});

test('a secret id in a reference is told to be a secret', () => {
  expect(() => vault.check(`ref+vault://a/b?role_id=r&secret_id=${value}#/x`)).toThrow(/secret_id.*is a secret itself/);
});
