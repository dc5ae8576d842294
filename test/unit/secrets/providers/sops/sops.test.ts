import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sops } from '../../../../../src/secrets/providers/sops/index.ts';
import { fetchAll, fetchOne, providerHost, refusalOf } from '../../../../helpers/provider-host.ts';
import { putStandIns, type StandIns } from '../../../../helpers/stand-ins.ts';

const value = 'not-a-secret-7f3a91c2d4e8\n';
const tree = {
  db: { password: value, port: 5432, tls: true, url: 'postgres://u:not-a-secret@db/x' },
  keys: [{ id: 'not-a-secret-first' }, { id: 'not-a-secret-second' }],
  'dotted.key': 'not-a-secret-dotted',
  account: 2 ** 60,
  bank: { accounts: [{ number: 2 ** 60 }] },
  nothing: null,
};
const files = {
  'secrets.enc.yaml': { tree, text: 'db:\n  password: plain\n' },
  '-d.json': { tree: { a: 'not-a-secret-dash' }, text: '{}' },
  'app.env': { tree: { TOKEN: 'not-a-secret-env' }, text: 'TOKEN=not-a-secret-env\n' },
  'key.pem': { text: '-----BEGIN not a key-----\n' },
  'foreign.yaml': { error: ['Failed to get the data key required to decrypt the SOPS file.\n\nGroup 0: FAILED', 128] },
  'edited.yaml': { error: ['MAC mismatch. File has not-a-secret-mac, computed not-a-secret-other', 51] },
};
let tools: StandIns;

beforeAll(async () => {
  tools = await putStandIns(['sops'], { files });
  const metadata = 'sops:\n    lastmodified: "2026-11-01T10:00:00Z"\n';
  for (const name of Object.keys(files)) await writeFile(join(tools.folder, name), metadata);
  await writeFile(join(tools.folder, 'app.env'), 'sops_lastmodified=2026-11-02T10:00:00Z\n');
  await writeFile(join(tools.folder, 'plain.yaml'), 'db: {}\n');
});
afterAll(() => tools.remove());

const host = (signal = new AbortController().signal) => providerHost({ env: tools.env, cwd: tools.folder, signal });
const textAt = async (reference: string) => (await fetchOne(sops, reference, host())).value.toString();

test('a string keeps its own newline; numbers and booleans are written out, maps are JSON', async () => {
  expect(await textAt('sops://secrets.enc.yaml#db.password')).toBe(value);
  expect(await textAt('sops://secrets.enc.yaml#db.port')).toBe('5432');
  expect(await textAt('sops://secrets.enc.yaml#/db/tls')).toBe('true');
  expect(JSON.parse(await textAt('sops://secrets.enc.yaml#db'))).toEqual(tree.db);
});

test('lists are reached by index, and keys with dots by slashes', async () => {
  expect(await textAt('sops://secrets.enc.yaml#keys.1.id')).toBe('not-a-secret-second');
  expect(await textAt('sops://secrets.enc.yaml#/dotted.key')).toBe('not-a-secret-dotted');
  expect(await textAt('ref+sops://secrets.enc.yaml?key_type=filepath#/db/url')).toBe(tree.db.url);
});

test('without keys the whole file is the value, in its own format', async () => {
  expect(await textAt('sops://key.pem')).toBe(files['key.pem'].text);
  expect(await textAt('sops://app.env')).toBe(files['app.env'].text);
  expect(await textAt('sops://app.env?format=dotenv#TOKEN')).toBe('not-a-secret-env');
});

test('a file is decrypted once for all of its keys, and says when it was changed', async () => {
  const before = (await tools.calls()).length;
  const references = ['sops://secrets.enc.yaml#db.password', 'sops://secrets.enc.yaml#db.url', 'sops://app.env#TOKEN'];
  const fetched = await fetchAll(sops, references, host());
  expect(fetched.map(({ changed }) => changed?.toISOString().slice(0, 10))).toEqual([
    '2026-11-01',
    '2026-11-01',
    '2026-11-02',
  ]);
  expect((await tools.calls()).length - before).toBe(2);
});

test('a file whose name begins like a flag is a file', async () => {
  expect(await textAt('sops://-d.json#a')).toBe('not-a-secret-dash');
});

test('a version that takes the new spelling alone is asked in it', async () => {
  const newer = await putStandIns(['sops'], { files, noDashD: true });
  const newerHost = providerHost({ env: newer.env, cwd: tools.folder });
  expect((await fetchOne(sops, 'sops://app.env#TOKEN', newerHost)).value.toString()).toBe('not-a-secret-env');
  expect((await newer.calls()).map(([first]) => first)).toEqual(['-d', 'decrypt']);
  await newer.remove();
});

test('missing files and keys are missing; what sops says is never quoted', async () => {
  const refused = (reference: string) => refusalOf(fetchOne(sops, reference, host()));
  expect((await refused('sops://nope.yaml#a')).code).toBe('SECRET_MISSING');
  expect((await refused('sops://secrets.enc.yaml#db.nope')).code).toBe('SECRET_MISSING');
  expect((await refused('sops://secrets.enc.yaml#db.password.x')).code).toBe('SECRET_MISSING');
  expect((await refused('sops://secrets.enc.yaml#constructor')).code).toBe('SECRET_MISSING');
  expect((await refused('sops://secrets.enc.yaml#nothing')).code).toBe('SECRET_MISSING');
  expect((await refused('sops://foreign.yaml#a')).text).toContain('sops has no key for this file');
  const edited = await refused('sops://edited.yaml#a');
  expect(edited).toMatchObject({
    code: 'SOURCE_FAILED',
    text: expect.stringContaining('changed after sops had encrypted'),
  });
  expect(edited.text).not.toContain('not-a-secret');
  expect((await refused('sops://plain.yaml#db')).text).toContain('not encrypted by sops');
});

test('a number that would lose digits is refused', async () => {
  for (const keys of ['account', 'bank', 'bank.accounts']) {
    const refused = await refusalOf(fetchOne(sops, `sops://secrets.enc.yaml#${keys}`, host()));
    expect(refused.text).toContain('too large to be read exactly');
    expect(refused.text).not.toContain('1152921504606846976');
  }
});

test('sops that is not installed is told how to be got', async () => {
  const none = providerHost({ env: { PATH: '/nowhere' }, cwd: tools.folder });
  expect((await refusalOf(fetchOne(sops, 'sops://app.env#TOKEN', none))).text).toContain('Install sops');
});

test('what is no reference is refused', () => {
  for (const text of [
    'sops://',
    'sops://#a',
    'sops://a.yaml#',
    'sops://a.yaml#a..b',
    'sops://a?key_type=base64',
    'sops://a?format=x',
  ]) {
    expect(() => sops.check(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  }
});
