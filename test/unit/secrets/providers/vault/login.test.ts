import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, test } from '@jest/globals';
import { told } from './host.ts';
import { idToken, issuerKey } from './id-token.ts';
import { type Bed, makeBed, value } from './stand-in.ts';

const reference = 'vault://secret/app#password';

async function fetched(bed: Bed, env: Record<string, string>, settings?: unknown, one = reference): Promise<string> {
  const session = bed.open(env, settings);
  try {
    return (await session.fetch(one)).value.toString();
  } finally {
    await session.close();
  }
}

/** A service of one answer on loopback: GitHub's issuer, the API of a cluster. */
async function withService<T>(
  answer: (url: string, authorization: string, body: string) => unknown,
  action: (url: string) => Promise<T>,
): Promise<T> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const said = answer(request.url ?? '', request.headers.authorization ?? '', Buffer.concat(chunks).toString());
      response.writeHead(said === undefined ? 403 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(said ?? { message: value }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await action(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('a job of GitHub logs in with the id token that its runner gives, for the audience of the settings', async () => {
  const bed = await makeBed();
  await bed.admin.ask('POST', 'sys/auth/github-jwt', { type: 'jwt' });
  await bed.admin.ask('POST', 'auth/github-jwt/config', { jwt_validation_pubkeys: [issuerKey] });
  const role = { role_type: 'jwt', bound_audiences: ['https://vault.example.com'], token_policies: ['app'] };
  await bed.admin.ask('POST', 'auth/github-jwt/role/ci', role);
  const auth = { method: 'jwt', mount: 'github-jwt', role: 'ci', audience: 'https://vault.example.com' };
  const issuer = (url: string, authorization: string) => {
    const audience = new URL(url, 'http://x.example.com').searchParams.get('audience');
    return authorization === 'Bearer of-the-runner' ? { value: idToken({ aud: audience }) } : undefined;
  };
  await withService(issuer, async (url) => {
    const env = { VAULT_TOKEN: '', ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?api-version=2.0` };
    const right = { ...env, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-the-runner' };
    const before = bed.core.tokens.size;
    expect(await fetched(bed, right, { auth })).toBe(value);
    expect(bed.core.tokens.size).toBe(before);
    const wrong = { ...env, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-somebody-else' };
    const refusal = await told(fetched(bed, wrong, { auth }));
    expect(refusal.message).toBe('GitHub gave the job no id token, so there is no login to Vault');
    const inTheClear = { ...right, ACTIONS_ID_TOKEN_REQUEST_URL: 'http://issuer.example.com/token' };
    expect((await told(fetched(bed, inTheClear, { auth }))).message).toMatch(/^the job may not ask GitHub/);
    const none = await told(fetched(bed, env, { auth }));
    expect(none).toMatchObject({ hint: 'Give the job permissions: id-token: write.' });
  });
});

test('a pod logs in with its service account, which the cluster vouches for', async () => {
  const bed = await makeBed();
  const review = (_url: string, authorization: string, body: string) => {
    const { spec } = JSON.parse(body) as { spec: { token: string } };
    const authenticated = authorization === 'Bearer reviewer' && spec.token === 'not-a-secret-pod-token';
    const user = { username: 'system:serviceaccount:builds:builder' };
    return { status: authenticated ? { authenticated, user } : { authenticated } };
  };
  await withService(review, async (url) => {
    await bed.admin.ask('POST', 'sys/auth/kubernetes', { type: 'kubernetes' });
    const config = { kubernetes_host: url, token_reviewer_jwt: 'reviewer', disable_local_ca_jwt: true };
    await bed.admin.ask('POST', 'auth/kubernetes/config', config);
    const bound = { bound_service_account_names: 'builder', bound_service_account_namespaces: 'builds' };
    await bed.admin.ask('POST', 'auth/kubernetes/role/build', { ...bound, token_policies: ['app'] });
    await bed.admin.ask('POST', 'auth/kubernetes/role/other', { ...bound, bound_service_account_names: 'other' });
    const path = join(bed.open().host.home, 'token');
    writeFileSync(path, 'not-a-secret-pod-token\n');
    const auth = { method: 'kubernetes', role: 'build', jwt: `file:${path}` };
    expect(await fetched(bed, { VAULT_TOKEN: '' }, { auth })).toBe(value);
    const refusal = await told(fetched(bed, { VAULT_TOKEN: '' }, { auth: { ...auth, role: 'other' } }));
    expect(refusal.message).toBe('Vault refuses the login by kubernetes at auth/kubernetes (403)');
    // vals' spelling of the same
    const vals = `ref+vault://secret/app?auth_method=kubernetes&role_id=build#/password`;
    expect(await fetched(bed, { VAULT_TOKEN: '', VAULT_KUBERNETES_JWT_TOKEN_PATH: path }, undefined, vals)).toBe(value);
    const absent = await told(fetched(bed, { VAULT_TOKEN: '', VAULT_KUBERNETES_JWT_TOKEN_PATH: '/none' }, { auth }));
    expect(absent.message).toBe(
      'the service account token for Vault is not known: the file that VAULT_KUBERNETES_JWT_TOKEN_PATH names is empty or not there',
    );
  });
});

test('a namespace has secrets, logins and tokens of its own', async () => {
  const bed = await makeBed();
  const { admin } = bed;
  await admin.ask('POST', 'sys/namespaces/team', {});
  await admin.kv('secret', 2, 'team');
  const namespace = 'team';
  await admin.ask('POST', 'secret/data/app', { data: { password: 'of-the-team-not-a-secret' } }, { namespace });
  await admin.policy('app', { 'secret/data/app': ['read'] }, namespace);
  await admin.ask('POST', 'sys/auth/approle', { type: 'approle' }, { namespace });
  await admin.ask('POST', 'auth/approle/role/ci', { bind_secret_id: false, token_policies: ['app'] }, { namespace });
  const { data } = await admin.ask('GET', 'auth/approle/role/ci/role-id', undefined, { namespace });
  const auth = { method: 'approle', 'role-id': String(data.role_id) };
  const root = { VAULT_TOKEN: bed.core.rootToken };
  expect(await fetched(bed, root)).toBe(value);
  expect(await fetched(bed, root, { namespace })).toBe('of-the-team-not-a-secret');
  expect(await fetched(bed, { ...root, VAULT_NAMESPACE: 'team/' })).toBe('of-the-team-not-a-secret');
  expect(await fetched(bed, root, { namespace: 'team' }, 'vault://secret/app?namespace=root#password')).toBe(value);
  expect(await fetched(bed, root, undefined, 'vault://team/secret/app#password')).toBe('of-the-team-not-a-secret');
  const before = bed.core.tokens.size;
  expect(await fetched(bed, { VAULT_TOKEN: '' }, { namespace, auth })).toBe('of-the-team-not-a-secret');
  expect(bed.core.tokens.size).toBe(before);
  const stranger = await admin.token(['app'], 'team');
  expect(await told(fetched(bed, { VAULT_TOKEN: stranger }))).toMatchObject({
    message: 'Vault does not take the token from VAULT_TOKEN',
    hint: expect.stringContaining('another namespace'),
  });
  const odd = await told(fetched(bed, { ...root, VAULT_NAMESPACE: 'team\r\nx-evil: 1' }));
  expect(odd.message).toBe('the namespace of Vault has a character that none can have');
  const nowhere = await told(fetched(bed, { ...root, VAULT_NAMESPACE: 'nowhere' }));
  expect(nowhere.message).toBe('secret/app does not exist in Vault of namespace nowhere');
});

test("a token of the environment goes before the project's login, and a method that is named before both", async () => {
  const bed = await makeBed();
  const auth = { method: 'userpass', username: 'bob', password: 'env:BOBS_PASSWORD' };
  expect(await fetched(bed, {}, { auth })).toBe(value);
  expect((await told(fetched(bed, { VAULT_AUTH_METHOD: 'userpass' }, { auth }))).message).toBe(
    'the password for Vault is not known: BOBS_PASSWORD is not set',
  );
  expect((await told(fetched(bed, { VAULT_AUTH_METHOD: value }))).message).toBe(
    'the method of login to Vault is not known',
  );
  const other = await bed.admin.token(['app']);
  expect(await fetched(bed, { BAO_TOKEN: other, VAULT_TOKEN: 'stale' })).toBe(value);
  expect(bed.seen.at(-1)?.token).toBe(other);
});

test('without any token all places that were tried are named', async () => {
  const bed = await makeBed();
  const refusal = await told(fetched(bed, { VAULT_TOKEN: '', VAULT_TOKEN_FILE: '/none' }));
  expect(refusal.message).toBe(
    'no token for Vault was found; tried: VAULT_TOKEN, the file that VAULT_TOKEN_FILE names, ~/.vault-token',
  );
});

test('what cannot be a token is not sent, and not shown', async () => {
  const bed = await makeBed();
  for (const token of [`${value} and more`, `${value}\r\nx-evil: 1`, `${value}é`]) {
    const refusal = await told(fetched(bed, { VAULT_TOKEN: token }));
    expect(refusal.message).toBe('what VAULT_TOKEN holds is no token of Vault');
  }
  expect(bed.seen).toEqual([]);
});

test('an agent that adds the token is asked without one', async () => {
  const bed = await makeBed();
  bed.interfere = ({ token, path }) =>
    token === undefined && path === 'secret/app'
      ? { status: 200, body: { data: { password: 'by-the-agent-not-a-secret' } } }
      : { status: 404, body: { errors: [] } };
  expect(await fetched(bed, { VAULT_TOKEN: '' }, { auth: { method: 'none' } })).toBe('by-the-agent-not-a-secret');
});

test('a second factor is told as such', async () => {
  const bed = await makeBed();
  const body = { auth: { client_token: '', mfa_requirement: { mfa_request_id: value } } };
  bed.interfere = ({ path }) => (path === 'auth/userpass/login/bob' ? { status: 200, body } : undefined);
  const auth = { method: 'userpass', username: 'bob', password: 'env:BOBS_PASSWORD' };
  const refusal = await told(fetched(bed, { VAULT_TOKEN: '', BOBS_PASSWORD: value }, { auth }));
  expect(refusal.message).toBe('Vault asks for a second factor at the login by userpass');
});

test('a wrapping token is not used twice, not even after an error', async () => {
  const bed = await makeBed();
  const { wrapToken } = await bed.admin.ask('POST', 'auth/token/create', { policies: ['app'] }, { wrapTtl: '5m' });
  bed.interfere = ({ path }) =>
    path === 'sys/wrapping/unwrap' ? { status: 500, body: { errors: [value] } } : undefined;
  const refusal = await told(fetched(bed, { VAULT_TOKEN: '', VAULT_WRAPPED_TOKEN: wrapToken }));
  expect(refusal.message).toMatch(/answers with an error: 500$/);
  expect(bed.asked()).toEqual(['POST sys/wrapping/unwrap']);
});

test('a token that was unwrapped is revoked at the end', async () => {
  const bed = await makeBed();
  const { wrapToken } = await bed.admin.ask('POST', 'auth/token/create', { policies: ['app'] }, { wrapTtl: '5m' });
  const before = bed.core.tokens.size;
  expect(await fetched(bed, { VAULT_TOKEN: '', VAULT_WRAPPED_TOKEN: wrapToken })).toBe(value);
  expect(bed.core.tokens.size).toBe(before - 1);
});

test('a mount or a user name cannot lead out of the login', async () => {
  const bed = await makeBed();
  const auth = { method: 'userpass', username: '../../../secret/data/app', password: 'env:BOBS_PASSWORD' };
  const refusal = await told(fetched(bed, { VAULT_TOKEN: '', BOBS_PASSWORD: value }, { auth }));
  expect(refusal.code).toBe('CONFIG_INVALID');
  expect(bed.seen).toEqual([]);
});

test('references to two servers log in to each of them, and out again', async () => {
  const [one, other] = [await makeBed(), await makeBed()];
  await other.admin.ask('POST', 'secret/data/app', { data: { password: 'of-the-other-not-a-secret' } });
  const beds = [one, other];
  for (const bed of beds) {
    await bed.admin.ask('POST', 'sys/auth/userpass', { type: 'userpass' });
    await bed.admin.ask('POST', 'auth/userpass/users/bob', { password: value, token_policies: ['app'] });
  }
  const before = beds.map(({ core }) => core.tokens.size);
  const auth = { method: 'userpass', username: 'bob', password: 'env:BOBS_PASSWORD' };
  const session = one.open({ VAULT_TOKEN: '', BOBS_PASSWORD: value }, { auth });
  const references = [reference, `ref+vault://secret/app?address=${other.url}#/password`];
  const found = await Promise.all(references.map((text) => session.fetch(text)));
  expect(found.map((fetched) => fetched.value.toString())).toEqual([value, 'of-the-other-not-a-secret']);
  await session.close();
  expect(beds.map(({ core }) => core.tokens.size)).toEqual(before);
});

const notPaths = [value, `${value}/`.repeat(30), `-----BEGIN PRIVATE KEY-----\n${value.repeat(20)}\n`];
test.each(
  notPaths.flatMap((text) => [
    { VAULT_TOKEN: '', VAULT_TOKEN_FILE: text },
    { VAULT_AUTH_METHOD: 'userpass', VAULT_USERNAME: 'bob', VAULT_PASSWORD_ENV: text },
    { VAULT_AUTH_METHOD: 'userpass', VAULT_USERNAME: 'bob', VAULT_PASSWORD_FILE: text },
    { VAULT_AUTH_METHOD: 'kubernetes', VAULT_ROLE_ID: 'r', VAULT_KUBERNETES_JWT_TOKEN_PATH: text },
    { VAULT_CACERT: text },
    { VAULT_CAPATH: text },
    { VAULT_CLIENT_CERT: text },
    { VAULT_CLIENT_KEY: text },
  ]),
)('a value where its place belongs is not shown (%#)', async (env) => {
  const bed = await makeBed();
  const session = bed.open(env);
  const error: unknown = await session.fetch(reference).catch((reason: unknown) => reason);
  await session.close();
  expect(error).toMatchObject({ code: 'SOURCE_FAILED' });
  expect(inspect(error, { depth: 5 })).not.toContain(value);
});

test.each(['token_env', 'token_file', 'password_env', 'password_file'])(
  'a value as %s= in a reference is not shown',
  async (parameter) => {
    const bed = await makeBed();
    const login = parameter.startsWith('token') ? '' : '&auth_method=userpass&username=bob';
    const session = bed.open();
    const text = `ref+vault://secret/app?${parameter}=${value}${login}#/password`;
    const error: unknown = await session.fetch(text).catch((reason: unknown) => reason);
    await session.close();
    expect(error).toMatchObject({ code: 'SOURCE_FAILED' });
    expect(inspect(error, { depth: 5 })).not.toContain(value);
  },
);

test('a wrapped secret id serves the logins to several namespaces', async () => {
  const bed = await makeBed();
  const { admin } = bed;
  await admin.ask('POST', 'sys/auth/approle', { type: 'approle' });
  await admin.ask('POST', 'auth/approle/role/ci', { token_policies: ['app'] });
  const { data } = await admin.ask('GET', 'auth/approle/role/ci/role-id');
  const { wrapToken } = await admin.ask('POST', 'auth/approle/role/ci/secret-id', {}, { wrapTtl: '5m' });
  const settings = { auth: { method: 'approle', 'role-id': String(data.role_id) } };
  const session = bed.open({ VAULT_TOKEN: '', VAULT_WRAPPED_SECRET_ID: wrapToken }, settings);
  const [here, there] = await Promise.all([
    session.fetch(reference),
    told(session.fetch('vault://secret/app?namespace=nowhere#password')),
  ]);
  await session.close();
  expect(here.value.toString()).toBe(value);
  expect(there.message).toBe('Vault refuses the login by approle at auth/approle (404)');
  expect(bed.asked().filter((one) => one === 'POST sys/wrapping/unwrap')).toHaveLength(1);
});
