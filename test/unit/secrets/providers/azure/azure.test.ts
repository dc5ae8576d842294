import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type AskedAll, ask, type Got, textOf } from '../../../../servers/ask.ts';
import { type AzureServer, principal, saidByServer, startAzure } from '../../../../servers/azure/server.ts';

// One process uses the real SDK for all tests of this file: it takes a second to load.

const value = 'not-a-secret-7f3a91c2d4e8';
const older = 'not-a-secret-older-55d1b0a9';
const newestId = 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb';
const olderId = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';

let server: AzureServer;
let folder: string;
let asked: AskedAll;

const references = [
  'azure+kv://my-vault/token',
  `azure+kv://my-vault/token/${olderId}`,
  `azure+kv://my-vault/token?version=${olderId}`,
  `azure+kv://my-vault/token/${'c'.repeat(32)}`,
  'azure+kv://my-vault/json#db.password',
  'azure+kv://my-vault/json#none',
  'azure+kv://my-vault.vault.azure.net/token',
  'azure+kv://my-vault/none',
  'azure+kv://my-vault/disabled',
  'azure+kv://my-vault/denied',
  'azure+kv://my-vault/throttled',
  'azure+kv://my-vault/faulty',
  'ref+azurekeyvault://my-vault/json#/db/password',
];
const one = ['azure+kv://my-vault/token'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safebuild-azure-'));
  const tokenFile = join(folder, 'token');
  await writeFile(tokenFile, principal.assertion);
  server = await startAzure({
    'my-vault.vault.azure.net': {
      token: { [olderId]: older, [newestId]: value },
      json: { [newestId]: JSON.stringify({ db: { password: value } }) },
      disabled: { status: 403, code: 'Forbidden', inner: 'SecretDisabled' },
      denied: { status: 403, code: 'Forbidden', inner: 'ForbiddenByRbac' },
      throttled: { status: 429, code: 'Throttled', times: 1 },
      faulty: { status: 503, code: 'ServiceUnavailable', times: 1 },
    },
    'gov-vault.vault.usgovcloudapi.net': { token: { [newestId]: value } },
  });
  const bare = { HTTPS_PROXY: server.proxy, AZURE_TOKEN_CREDENTIALS: 'prod' };
  const client = { AZURE_TENANT_ID: principal.tenant, AZURE_CLIENT_ID: principal.client };
  const env = { ...bare, ...client, AZURE_CLIENT_SECRET: principal.secret };
  const gov = ['azure+kv://gov-vault.vault.usgovcloudapi.net/token'];
  asked = await ask(
    [
      // the SDK would write every request to stderr
      { provider: 'azure', references: [...references, ...gov], env: { ...env, AZURE_LOG_LEVEL: 'verbose' } },
      { provider: 'azure', references: one, env: { ...env, AZURE_CLIENT_SECRET: 'not-a-secret-another' } },
      { provider: 'azure', references: one, env: { ...bare, ...client, AZURE_FEDERATED_TOKEN_FILE: tokenFile } },
      { provider: 'azure', references: one, env: { ...bare, AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential' } },
      { provider: 'azure', references: ['azure+kv://no-such-vault/token'], env },
    ],
    { authority: server.authority },
  );
}, 240_000);

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

function got(reference: string, asking = 0): Got | undefined {
  return asked.answers[asking]?.[reference];
}

test('the newest version comes, with its id and date', () => {
  expect(got('azure+kv://my-vault/token')).toEqual({
    value: Buffer.from(value).toString('base64'),
    version: newestId,
    changed: '2023-11-14T22:13:20.000Z',
  });
  expect(textOf(got('azure+kv://my-vault.vault.azure.net/token'))).toBe(value);
});

test('a version is chosen in the path or by parameter', () => {
  expect(textOf(got(`azure+kv://my-vault/token/${olderId}`))).toBe(older);
  expect(textOf(got(`azure+kv://my-vault/token?version=${olderId}`))).toBe(older);
});

test("a field of a JSON secret comes alone, also in vals' spelling", () => {
  expect(textOf(got('azure+kv://my-vault/json#db.password'))).toBe(value);
  expect(textOf(got('ref+azurekeyvault://my-vault/json#/db/password'))).toBe(value);
});

test('what was throttled, or failed for a moment, is tried again', () => {
  expect(textOf(got('azure+kv://my-vault/throttled'))).toBe('after-the-faults-7f3a');
  expect(textOf(got('azure+kv://my-vault/faulty'))).toBe('after-the-faults-7f3a');
});

test("a vault of the government's cloud is logged in to where that cloud does", () => {
  expect(textOf(got('azure+kv://gov-vault.vault.usgovcloudapi.net/token'))).toBe(value);
});

test("a workload's identity gives credentials, too", () => {
  expect(textOf(got('azure+kv://my-vault/token', 2))).toBe(value);
});

test.each([
  ['azure+kv://my-vault/none', 0, 'SECRET_MISSING', 'no secret my-vault/none'],
  [`azure+kv://my-vault/token/${'c'.repeat(32)}`, 0, 'SECRET_MISSING', 'not in that version'],
  ['azure+kv://my-vault/json#none', 0, 'SECRET_MISSING', 'no field none'],
  ['azure+kv://my-vault/disabled', 0, 'SOURCE_FAILED', 'does not give my-vault/disabled'],
  ['azure+kv://my-vault/denied', 0, 'SOURCE_FAILED', 'refused my-vault/denied'],
  ['azure+kv://my-vault/token', 1, 'SOURCE_FAILED', 'no credentials that Azure Key Vault accepts'],
  ['azure+kv://my-vault/token', 3, 'SOURCE_FAILED', 'no credentials that Azure Key Vault accepts'],
  ['azure+kv://no-such-vault/token', 4, 'SOURCE_FAILED', 'What answered is not Azure Key Vault'],
])('%s (%i) fails as %s: %s', (reference, asking, code, message) => {
  expect(got(reference, asking)).toMatchObject({ code, message: expect.stringContaining(message) });
  expect(got(reference, asking)?.hint).not.toBe('');
});

test('nothing that a server said is told, the SDK prints nothing, and no other host is asked for', () => {
  expect(JSON.stringify(asked.answers)).not.toContain(saidByServer);
  expect(asked.printed).toBe('');
  expect(new Set(server.refused)).toEqual(new Set(['no-such-vault.vault.azure.net']));
});
