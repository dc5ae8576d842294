import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ProviderSession } from '../../../../../src/secrets/providers/provider.ts';
import { openSession } from '../../../../../src/secrets/providers/vault/session.ts';
import { type Admin, adminAt } from './admin.ts';
import { hostWith, quick, told } from './host.ts';
import { forgedToken, idToken, issuerKey } from './id-token.ts';
import { type AnyVault, realServers, startVault } from './real-or-stand-in.ts';

const real = realServers();
const kinds = ['stand-in', ...real];
process.stdout.write(
  real.length > 0
    ? `Vault: these tests run against ${real.join(' and ')} and against the stand-in in test/servers/vault.\n`
    : 'Vault: neither bao nor vault is on PATH; these tests run against the stand-in in test/servers/vault alone.\n',
);

const value = 'not-a-secret-7f3a91c2d4e8';

describe.each(kinds)('against %s', (kind) => {
  let vault: AnyVault;
  let admin: Admin;

  beforeAll(async () => {
    vault = await startVault(kind);
    admin = adminAt(vault.url, vault.rootToken);
    await admin.kv('kv1', 1);
    await admin.kv('team/kv2', 2);
    const fields = { password: value, pin: 42, on: true, in: { a: { b: 'deep' } } };
    await admin.ask('POST', 'kv1/app', fields);
    for (const password of ['first', 'second', 'third', value]) {
      await admin.ask('POST', 'team/kv2/data/app', { data: { ...fields, password } });
    }
    await admin.ask('POST', 'team/kv2/delete/app', { versions: [2] });
    await admin.ask('POST', 'team/kv2/destroy/app', { versions: [3] });
    await admin.policy('app', { 'team/kv2/data/app': ['read'], 'kv1/app': ['read'] });
    for (const type of ['approle', 'jwt', 'userpass']) await admin.ask('POST', `sys/auth/${type}`, { type });
  });
  afterAll(() => vault.close());

  /** Opens a session, and closes it whatever happens. */
  async function using<T>(
    env: Record<string, string>,
    settings: unknown,
    action: (session: ProviderSession) => Promise<T>,
  ): Promise<T> {
    const session = openSession(hostWith({ VAULT_ADDR: vault.url, ...env }, settings), quick);
    try {
      return await action(session);
    } finally {
      await session.close();
    }
  }

  const asRoot = <T>(action: (session: ProviderSession) => Promise<T>) =>
    using({ VAULT_TOKEN: vault.rootToken }, undefined, action);

  test.each([
    ['vault://kv1/app#password', value],
    ['vault://kv1/app#pin', '42'],
    ['vault://kv1/app#on', 'true'],
    ['vault://kv1/app#/in/a/b', 'deep'],
    ['vault://kv1/app#in', '{"a":{"b":"deep"}}'],
    ['vault://team/kv2/app#password', value],
    ['vault://team/kv2/data/app#password', value],
    ['vault://team/kv2/app?version=1#password', 'first'],
    ['ref+vault://team/kv2/app?version=1#/password', 'first'],
    ['ref+vault://kv1/app/password', value],
  ])('%s', async (reference, expected) => {
    const fetched = await asRoot((session) => session.fetch(reference));
    expect(fetched.value.toString()).toBe(expected);
  });

  test('KV v2 tells the version and its time, KV v1 does not', async () => {
    const [second, first] = await asRoot((session) =>
      Promise.all([session.fetch('vault://team/kv2/app#password'), session.fetch('vault://kv1/app#password')]),
    );
    expect(second.version).toBe('4');
    expect(Math.abs(Date.now() - (second.changed?.getTime() ?? 0))).toBeLessThan(600_000);
    expect(Object.keys(first)).toEqual(['value']);
  });

  test('without a field the whole secret is JSON', async () => {
    const { value: whole } = await asRoot((session) => session.fetch('vault://kv1/app'));
    expect(JSON.parse(whole.toString())).toEqual({ password: value, pin: 42, on: true, in: { a: { b: 'deep' } } });
  });

  test.each([
    ['vault://kv1/other#password', 'kv1/other does not exist in Vault'],
    ['vault://team/kv2/other#password', 'team/kv2/other does not exist in Vault'],
    ['vault://team/kv2/app?version=9#password', 'version 9 of team/kv2/app does not exist in Vault'],
    ['vault://team/kv2/app?version=2#password', 'version 2 of team/kv2/app in Vault is deleted'],
    ['vault://team/kv2/app?version=3#password', 'version 3 of team/kv2/app in Vault is destroyed'],
    ['vault://kv1/app?version=2#password', 'kv1/app in Vault has no versions: its mount is not KV v2'],
    ['vault://kv1/app#other', 'kv1/app in Vault has no field other'],
  ])('%s is missing, and says how', async (reference, message) => {
    const refusal = await asRoot((session) => told(session.fetch(reference)));
    expect(refusal).toMatchObject({ code: 'SECRET_MISSING', message });
  });

  test('a token without the policy is told apart from a dead one', async () => {
    const [poor, dead] = [await admin.token(['default']), await admin.token(['app'])];
    await admin.ask('POST', 'auth/token/revoke', { token: dead });
    const reference = 'vault://kv1/app#password';
    expect(await using({ VAULT_TOKEN: poor }, undefined, (session) => told(session.fetch(reference)))).toMatchObject({
      code: 'SOURCE_FAILED',
      message: 'Vault does not let us read kv1/app (403)',
    });
    expect(await using({ VAULT_TOKEN: dead }, undefined, (session) => told(session.fetch(reference)))).toMatchObject({
      code: 'SOURCE_FAILED',
      message: 'Vault does not take the token from VAULT_TOKEN',
    });
  });

  test("the user's own token outlives the session", async () => {
    const token = await admin.token(['app']);
    await using({ VAULT_TOKEN: token }, undefined, (session) => session.fetch('vault://team/kv2/app#password'));
    expect(await admin.isAlive(token)).toBe(true);
  });

  test('a token never becomes a value', async () => {
    await admin.ask('POST', 'kv1/stolen', { of: `x${vault.rootToken}` });
    const refusal = await asRoot((session) => told(session.fetch('vault://kv1/stolen#of')));
    expect(refusal.message).toBe('kv1/stolen in Vault holds the very token that safebuild asks with');
  });

  async function fetchesWith(env: Record<string, string>, auth: unknown): Promise<void> {
    const fetched = await using(env, { auth }, (session) => session.fetch('vault://team/kv2/app#password'));
    expect(fetched.value.toString()).toBe(value);
  }

  async function secretId(wrapTtl?: string): Promise<{ roleId: string; secretId: string; wrapToken: string }> {
    await admin.ask('POST', 'auth/approle/role/ci', { token_policies: ['app'] });
    const { data: role } = await admin.ask('GET', 'auth/approle/role/ci/role-id');
    const options = wrapTtl === undefined ? {} : { wrapTtl };
    const { data, wrapToken } = await admin.ask('POST', 'auth/approle/role/ci/secret-id', {}, options);
    return { roleId: String(role.role_id), secretId: String(data.secret_id), wrapToken };
  }

  test('AppRole logs in', async () => {
    const { roleId, secretId: id } = await secretId();
    await fetchesWith({ VAULT_AUTH_METHOD: 'approle', VAULT_ROLE_ID: roleId, VAULT_SECRET_ID: id }, undefined);
    await fetchesWith({ SECRET_ID: id }, { method: 'approle', 'role-id': roleId, 'secret-id': 'env:SECRET_ID' });
    const wrong = { method: 'approle', 'role-id': roleId, 'secret-id': 'env:SECRET_ID' };
    const refusal = await using({ SECRET_ID: value }, { auth: wrong }, (session) =>
      told(session.fetch('vault://kv1/app#password')),
    );
    expect(refusal).toMatchObject({
      code: 'SOURCE_FAILED',
      message: 'Vault refuses the login by approle at auth/approle (400)',
    });
  });

  test('a wrapped secret id logs in, and a second time tells that somebody was first', async () => {
    const { roleId, wrapToken } = await secretId('5m');
    const auth = { method: 'approle', 'role-id': roleId };
    await fetchesWith({ VAULT_WRAPPED_SECRET_ID: wrapToken }, auth);
    const { wrapToken: other } = await secretId('5m');
    await fetchesWith({ OTHER: other }, { ...auth, 'secret-id': 'env:OTHER', 'secret-id-wrapped': true });
    const refusal = await using({ VAULT_WRAPPED_SECRET_ID: wrapToken }, { auth }, (session) =>
      told(session.fetch('vault://kv1/app#password')),
    );
    expect(refusal.message).toBe('the wrapping token in VAULT_WRAPPED_SECRET_ID has expired or was used before');
  });

  test('a wrapped token is unwrapped once for all references', async () => {
    const { wrapToken } = await admin.ask('POST', 'auth/token/create', { policies: ['app'] }, { wrapTtl: '5m' });
    await using({ VAULT_WRAPPED_TOKEN: wrapToken }, undefined, async (session) => {
      const references = ['vault://kv1/app#password', 'vault://team/kv2/app#password'];
      const found = await Promise.all(references.map((reference) => session.fetch(reference)));
      expect(found.map((one) => one.value.toString())).toEqual([value, value]);
    });
  });

  test('user name and password log in', async () => {
    await admin.ask('POST', 'auth/userpass/users/bob', { password: value, token_policies: ['app'] });
    const auth = { method: 'userpass', username: 'bob', password: 'env:BOBS_PASSWORD' };
    await fetchesWith({ BOBS_PASSWORD: value }, auth);
    const refusal = await using({ BOBS_PASSWORD: `${value}x` }, { auth }, (session) =>
      told(session.fetch('vault://kv1/app#password')),
    );
    expect(refusal.message).toBe('Vault refuses the login by userpass at auth/userpass (400)');
  });

  test('a JWT of the CI logs in; a forged one and one for somebody else do not', async () => {
    const issuer = 'https://ci.example.com';
    await admin.ask('POST', 'auth/jwt/config', { jwt_validation_pubkeys: [issuerKey], bound_issuer: issuer });
    const role = { role_type: 'jwt', bound_audiences: ['vault'], user_claim: 'sub', token_policies: ['app'] };
    await admin.ask('POST', 'auth/jwt/role/ci', role);
    const auth = { method: 'jwt', role: 'ci' };
    await fetchesWith({ VAULT_ID_TOKEN: idToken({ aud: 'vault' }) }, auth);
    for (const token of [forgedToken({ aud: 'vault' }), idToken({ aud: 'other' })]) {
      const refusal = await using({ VAULT_ID_TOKEN: token }, { auth }, (session) =>
        told(session.fetch('vault://kv1/app#password')),
      );
      expect(refusal.message).toMatch(/^Vault refuses the login by jwt at auth\/jwt \(40[03]\)$/);
    }
  });

  test('the token of a file is used: of vault login, of the settings, of the reference', async () => {
    const token = await admin.token(['app']);
    const host = hostWith({ VAULT_ADDR: vault.url });
    writeFileSync(join(host.home, '.vault-token'), `${token}\n`);
    const session = openSession(host, quick);
    expect((await session.fetch('vault://kv1/app#password')).value.toString()).toBe(value);
    await session.close();
    const path = join(host.home, '.vault-token');
    await fetchesWith({}, { method: 'token', token: `file:${path}` });
    const { value: fetched } = await using({ VAULT_TOKEN: 'not-a-good-token' }, undefined, (opened) =>
      opened.fetch(`ref+vault://kv1/app?token_file=${path}#/password`),
    );
    expect(fetched.toString()).toBe(value);
  });
});
