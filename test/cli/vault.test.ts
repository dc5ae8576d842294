import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { safebuild } from '../helpers/safebuild.ts';
import { type Bed, makeBed, value } from '../unit/secrets/providers/vault/stand-in.ts';

const flags = ['--test', '--trust-sources', '.'];

/** A project whose secrets are in a Vault of the test's own, behind a login by AppRole. */
async function projectOf(bed: Bed, reference: string): Promise<string> {
  const { admin } = bed;
  await admin.ask('POST', 'sys/auth/approle', { type: 'approle' });
  await admin.ask('POST', 'auth/approle/role/ci', { bind_secret_id: false, token_policies: ['app'] });
  const { data } = await admin.ask('GET', 'auth/approle/role/ci/role-id');
  const cwd = await mkdtemp(join(tmpdir(), 'safebuild-vault-'));
  await writeFile(join(cwd, 'Dockerfile'), 'FROM scratch\nRUN --mount=type=secret,id=TOKEN x\n');
  const vault = { address: bed.url, auth: { method: 'approle', 'role-id': data.role_id } };
  const config = { secrets: { TOKEN: { from: reference } }, sources: { vault } };
  // JSON is YAML
  await writeFile(join(cwd, 'safebuild.yaml'), JSON.stringify(config));
  return cwd;
}

test('a project that names a Vault is not followed without trust, and no login is sent', async () => {
  const bed = await makeBed();
  const cwd = await projectOf(bed, 'vault://secret/app#password');
  const { exitCode, stderr } = await safebuild(['secrets', '--test', '.'], { cwd });
  expect(exitCode).toBe(3);
  expect(stderr).toContain('sources.vault');
  expect(bed.seen).toEqual([]);
});

test('with trust the secret is had, not shown, and the login is undone', async () => {
  const bed = await makeBed();
  const cwd = await projectOf(bed, 'vault://secret/app#password');
  const before = bed.core.tokens.size;
  const { exitCode, stdout, stderr } = await safebuild(['secrets', ...flags], { cwd });
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(stdout).toMatch(/^TOKEN +secret +vault:\/\/secret\/app#password +1 /m);
  expect(stdout + stderr).not.toContain(value);
  expect(bed.asked().at(-1)).toBe('POST auth/token/revoke-self');
  expect(bed.core.tokens.size).toBe(before);
});

test('Ctrl-C while Vault makes a credential leaves neither the lease nor the login', async () => {
  const bed = await makeBed();
  const cwd = await projectOf(bed, 'vault://database/creds/app#password');
  const before = bed.core.tokens.size;
  const interrupt = new AbortController();
  bed.gate = async ({ path }) => {
    if (path !== 'database/creds/app') return;
    expect(bed.core.leases.size).toBe(1);
    interrupt.abort();
    await new Promise((resolve) => setTimeout(resolve, 300));
  };
  const { exitCode } = await safebuild(['secrets', ...flags], { cwd, signal: interrupt.signal });
  expect(exitCode).toBe(130);
  expect([bed.core.leases.size, bed.core.tokens.size]).toEqual([0, before]);
});
