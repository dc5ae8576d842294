import { expect, test } from '@jest/globals';
import { makeBed } from './stand-in.ts';

const reference = 'vault://database/creds/app';
const approle = { method: 'approle', 'role-id': 'env:ROLE' };

/** An AppRole without a secret id, which needs no more than its role id. */
async function withRole(policies: string[]) {
  const bed = await makeBed();
  await bed.admin.ask('POST', 'sys/auth/approle', { type: 'approle' });
  await bed.admin.ask('POST', 'auth/approle/role/ci', { bind_secret_id: false, token_policies: policies });
  const { data } = await bed.admin.ask('GET', 'auth/approle/role/ci/role-id');
  const open = () => bed.open({ VAULT_TOKEN: '', ROLE: String(data.role_id) }, { auth: approle });
  return { bed, open };
}

test('the fields of a dynamic credential are of one lease, which is revoked on close', async () => {
  const bed = await makeBed();
  const session = bed.open();
  const [user, password] = await Promise.all([
    session.fetch(`${reference}#username`),
    session.fetch(`${reference}#password`),
  ]);
  expect(user.value.toString()).toBe('v-build-1');
  expect(password.value.toString()).toBe('not-a-secret-7f3a91c2d4e8-1');
  expect(bed.core.leases.size).toBe(1);
  await session.close();
  expect(bed.core.leases.size).toBe(0);
  expect(bed.core.tokens.has(bed.token)).toBe(true);
  expect(bed.asked().filter((one) => one === 'GET database/creds/app')).toHaveLength(1);
});

test('a lease is revoked, too, when the field that was asked for is not there', async () => {
  const bed = await makeBed();
  const session = bed.open();
  await expect(session.fetch(`${reference}#other`)).rejects.toMatchObject({ code: 'SECRET_MISSING' });
  await session.close();
  expect(bed.core.leases.size).toBe(0);
});

test('a token that the session got by itself is revoked, and its leases with it', async () => {
  // Revoking single leases is not of the default policy, nor of this one.
  const { bed, open } = await withRole(['lender']);
  await bed.admin.policy('lender', { 'database/creds/app': ['read'] });
  const session = open();
  const before = bed.core.tokens.size;
  await session.fetch(`${reference}#username`);
  expect([bed.core.tokens.size, bed.core.leases.size]).toEqual([before + 1, 1]);
  await session.close();
  expect([bed.core.tokens.size, bed.core.leases.size]).toEqual([before, 0]);
});

test('where the own token cannot be revoked, its leases are', async () => {
  const { bed, open } = await withRole(['app']);
  bed.interfere = ({ path }) =>
    path === 'auth/token/revoke-self'
      ? { status: 400, body: { errors: ['batch tokens cannot be revoked'] } }
      : undefined;
  const session = open();
  await session.fetch(`${reference}#username`);
  await session.close();
  expect(bed.core.leases.size).toBe(0);
  // such a token ends by itself, and with it nothing is left
  expect(session.host.lost).toEqual([]);
});

test('a lease that cannot be revoked is told', async () => {
  const bed = await makeBed();
  bed.interfere = ({ path }) =>
    path === 'sys/leases/revoke' ? { status: 403, body: { errors: ['permission denied'] } } : undefined;
  const session = bed.open();
  await session.fetch(`${reference}#username`);
  await session.close();
  expect(session.host.lost).toEqual(['the lease of database/creds/app in Vault']);
});

test('one login serves all references', async () => {
  const { bed, open } = await withRole(['app']);
  const session = open();
  await Promise.all(['vault://secret/app#password', `${reference}#username`].map((one) => session.fetch(one)));
  await session.close();
  expect(bed.asked().filter((one) => one === 'POST auth/approle/login')).toHaveLength(1);
});

test('a lease that Vault made while the build was interrupted is revoked', async () => {
  const bed = await makeBed();
  const [made, letGo] = [deferred(), deferred()];
  bed.gate = ({ path }) => {
    if (path !== 'database/creds/app') return undefined;
    made.resolve();
    return letGo.promise;
  };
  const session = bed.open();
  const fetching = session.fetch(`${reference}#username`);
  await made.promise;
  session.host.stop.abort();
  await expect(fetching).rejects.toMatchObject({ code: 'SOURCE_FAILED' });
  expect(bed.core.leases.size).toBe(1);
  const closing = session.close();
  letGo.resolve();
  await closing;
  expect(bed.core.leases.size).toBe(0);
});

test('a login that ends after the interrupt is undone, and nothing is read with it', async () => {
  const { bed, open } = await withRole(['app']);
  const [made, letGo] = [deferred(), deferred()];
  bed.gate = ({ path }) => {
    if (path !== 'auth/approle/login') return undefined;
    made.resolve();
    return letGo.promise;
  };
  const before = bed.core.tokens.size;
  const session = open();
  const fetching = session.fetch(`${reference}#username`);
  await made.promise;
  session.host.stop.abort();
  await expect(fetching).rejects.toMatchObject({ code: 'SOURCE_FAILED' });
  const closing = session.close();
  letGo.resolve();
  await closing;
  expect(bed.core.tokens.size).toBe(before);
  expect(bed.asked()).toEqual(['POST auth/approle/login', 'POST auth/token/revoke-self']);
});

test('close gives up on a Vault that is silent, and says nothing', async () => {
  const bed = await makeBed();
  const session = bed.open({}, undefined, { closingMs: 50 });
  await session.fetch(`${reference}#username`);
  bed.gate = () => new Promise(() => undefined);
  await session.close();
  expect(bed.asked().at(-1)).toBe('PUT sys/leases/revoke');
});

test('close tries again where Vault is busy', async () => {
  const bed = await makeBed();
  const session = bed.open();
  await session.fetch(`${reference}#username`);
  let busy = 2;
  bed.interfere = () =>
    busy-- > 0 ? { status: 429, body: { errors: [] }, headers: { 'retry-after': '0' } } : undefined;
  await session.close();
  expect(bed.core.leases.size).toBe(0);
});

test('a session that was never used asks nobody', async () => {
  const bed = await makeBed();
  await bed.open().close();
  expect(bed.seen).toEqual([]);
});

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
