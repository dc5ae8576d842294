import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { parseExact } from '../../../../../src/secrets/providers/vault/exact-json.ts';
import type { Reply } from '../../../../servers/vault/model.ts';
import { told } from './host.ts';
import { makeBed, value } from './stand-in.ts';

const reference = 'vault://secret/app#password';

test.each([
  [503, 'Vault is sealed'],
  [429, 'rate limit quota exceeded'],
  [412, 'required index state not present'],
  [473, ''],
  [500, 'internal error'],
  [502, 'bad gateway'],
])('%d is tried again until it passes', async (status, error) => {
  const bed = await makeBed();
  let left = 3;
  bed.interfere = () => (left-- > 0 ? { status, body: { errors: [error] } } : undefined);
  const session = bed.open();
  expect((await session.fetch(reference)).value.toString()).toBe(value);
  await session.close();
  expect(bed.seen.filter((one) => one.status === status)).toHaveLength(3);
});

test.each([
  [{ status: 503, body: { errors: ['Vault is sealed'] } }, /is sealed$/, /unseal/],
  [{ status: 503, body: { errors: [value] } }, /answers with an error: 503$/, /operators/],
  [{ status: 429, body: { errors: [value] } }, /over its rate limit, or a standby$/, /later/],
  [{ status: 412, body: { errors: [value] } }, /not yet caught up/, /later/],
  [{ status: 472, body: { errors: [value] } }, /is a standby that serves no requests$/, /VAULT_ADDR/],
  [{ status: 501, body: { errors: [value] } }, /is not initialized$/, /initialize/],
  [{ status: 500, body: { errors: [value] } }, /answers with an error: 500$/, /operators/],
  [{ status: 400, body: { errors: [value] } }, /does not answer to a read of secret\/app \(400, 400\)$/, /vault read/],
  [{ status: 405, body: { errors: [value] } }, /does not answer to a read of secret\/app \(405, 405\)$/, /vault read/],
  [{ status: 404, body: { errors: [value] } }, /secret\/app does not exist in Vault$/, /mount/],
  [{ status: 204 }, /secret\/app in Vault holds nothing$/, /path/],
  [{ status: 200, raw: `<html>${value}` }, /does not answer as Vault does \(200\)$/, /VAULT_ADDR/],
  [{ status: 404, raw: `<html>${value}` }, /does not answer as Vault does \(404\)$/, /VAULT_ADDR/],
  [{ status: 404, raw: '' }, /secret\/app does not exist in Vault$/, /mount/],
  [{ status: 307, headers: { location: 'https://evil.example.com/' } }, /to another address/, /active server/],
] as [Reply, RegExp, RegExp][])('an answer that stays is told in our own words (%#)', async (reply, message, hint) => {
  const bed = await makeBed();
  bed.interfere = () => reply;
  const session = bed.open({ VAULT_MAX_RETRIES: '1' });
  const refusal = await told(session.fetch(reference));
  await session.close();
  expect(refusal.code).toMatch(/SOURCE_FAILED|SECRET_MISSING/);
  expect(refusal.message).toMatch(message);
  expect(refusal.hint).toMatch(hint);
  expect(JSON.stringify(refusal)).not.toContain(value);
});

test('a token does not follow a redirect', async () => {
  const arrived: unknown[] = [];
  const elsewhere = createServer((request, response) => {
    arrived.push(request.headers);
    response.end('{}');
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  const { port } = elsewhere.address() as AddressInfo;
  const bed = await makeBed();
  bed.interfere = () => ({ status: 307, headers: { location: `http://127.0.0.1:${port}/v1/secret/data/app` } });
  const session = bed.open();
  await expect(session.fetch(reference)).rejects.toMatchObject({ code: 'SOURCE_FAILED' });
  await session.close();
  elsewhere.close();
  expect(arrived).toEqual([]);
});

test('at the deadline it is told what stood in the way', async () => {
  const bed = await makeBed();
  bed.core.sealed = true;
  const session = bed.open({}, undefined, { firstPauseMs: 60_000 });
  const fetching = told(session.fetch(reference));
  while (bed.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  session.host.stop.abort();
  expect((await fetching).message).toMatch(/is sealed$/);
  await session.close();
});

test('a silent server ends with the deadline, too', async () => {
  const bed = await makeBed();
  bed.gate = () => new Promise(() => undefined);
  const session = bed.open({}, undefined, { graceMs: 1 });
  const fetching = told(session.fetch(reference));
  while (bed.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  session.host.stop.abort();
  expect((await fetching).message).toBe('Vault did not answer in time');
  await session.close();
});

test('Retry-After is waited for', async () => {
  const bed = await makeBed();
  let first = true;
  bed.interfere = () => {
    if (!first) return undefined;
    first = false;
    return { status: 429, body: { errors: [] }, headers: { 'retry-after': '1' } };
  };
  const session = bed.open();
  const from = Date.now();
  await session.fetch(reference);
  expect(Date.now() - from).toBeGreaterThanOrEqual(990);
  await session.close();
});

test('nobody there is told with the reason, after the tries', async () => {
  const bed = await makeBed();
  await bed.close();
  const session = bed.open({ VAULT_MAX_RETRIES: '2' });
  const refusal = await told(session.fetch(reference));
  await session.close();
  expect(refusal.message).toMatch(/^Vault at 127\.0\.0\.1:\d+ does not answer: ECONNREFUSED$/);
});

test('numbers of a secret come digit for digit', async () => {
  const bed = await makeBed();
  const raw =
    '{"data":{"data":{"pin":12345678901234567890},"metadata":{"version":7,"created_time":"2026-01-02T03:04:05Z"}}}';
  expect(parseExact(raw)).toBeDefined();
  bed.interfere = ({ path }) => (path === 'secret/data/app' ? { status: 200, raw } : undefined);
  const session = bed.open();
  expect(await session.fetch('vault://secret/app#pin')).toEqual({
    value: Buffer.from('12345678901234567890'),
    version: '7',
    changed: new Date('2026-01-02T03:04:05Z'),
  });
  await session.close();
});

test('an answer without end is not read to its end', async () => {
  const bed = await makeBed();
  bed.interfere = ({ path }) =>
    path === 'secret/data/app' ? { status: 200, raw: `{"data":"${'x'.repeat(9 * 1024 * 1024)}"}` } : undefined;
  const session = bed.open();
  expect((await told(session.fetch(reference))).message).toBe('an answer of Vault is larger than 8 MiB');
  await session.close();
});

test('without leave to ask what a mount is, both kinds of KV are tried', async () => {
  const bed = await makeBed();
  await bed.admin.kv('kv1', 1);
  await bed.admin.ask('POST', 'kv1/app', { password: 'of-kv1-not-a-secret' });
  await bed.admin.policy('app', { 'secret/data/app': ['read'], 'kv1/app': ['read'], 'kv1/data/app': ['read'] });
  bed.interfere = ({ path }) =>
    path.startsWith('sys/internal/') ? { status: 403, body: { errors: ['permission denied'] } } : undefined;
  const session = bed.open();
  const fetch = async (one: string) => (await session.fetch(one)).value.toString();
  expect(await fetch(reference)).toBe(value);
  expect(await fetch('vault://secret/data/app#password')).toBe(value);
  expect(await fetch('vault://kv1/app#password')).toBe('of-kv1-not-a-secret');
  expect((await told(session.fetch('vault://other/app#x'))).message).toBe('Vault does not let us read other/app (403)');
  await session.close();
});

test('many references are fetched at once', async () => {
  const bed = await makeBed();
  const numbers = Array.from({ length: 30 }, (_, index) => index);
  await Promise.all(
    numbers.map((index) => bed.admin.ask('POST', `secret/data/app-${index}`, { data: { [`f${index}`]: `v${index}` } })),
  );
  const session = bed.open({ VAULT_TOKEN: bed.core.rootToken });
  const fetched = await Promise.all(numbers.map((index) => session.fetch(`vault://secret/app-${index}#f${index}`)));
  await session.close();
  expect(fetched.map((one) => one.value.toString())).toEqual(numbers.map((index) => `v${index}`));
});
