import { expect, test } from '@jest/globals';
import { bitwarden } from '../../../../../src/secrets/providers/bitwarden/index.ts';
import { fetchOne, providerHost, refusalOf } from '../../../../helpers/provider-host.ts';
import { putStandIns } from '../../../../helpers/stand-ins.ts';

const id = 'be8e0ad8-d545-4017-a55a-b02f014d4158';
const token = '0.48c78342-1635-48a6-accd-afbe01336365.not-a-secret:7f3a91c2d4e8';
const value = 'not-a-secret-7f3a91c2d4e8\n';
const revisionDate = '2026-11-01T10:00:00.123Z';
const state = { token, secrets: { [id]: { key: 'DB', value, revisionDate } } };

test('a secret is got by its id, with the instant of its last change; the token is no argument', async () => {
  const tools = await putStandIns(['bws'], state);
  const host = providerHost({ env: { ...tools.env, BWS_ACCESS_TOKEN: token } });
  const fetched = await fetchOne(bitwarden, `bws://${id.toUpperCase()}`, host);
  expect(fetched).toEqual({ value: Buffer.from(value), changed: new Date(revisionDate) });
  expect(await tools.calls()).toEqual([['secret', 'get', id, '--output=json', '--color=no']]);
  await tools.remove();
});

test('missing, no token, a wrong token and no bws are told apart', async () => {
  const tools = await putStandIns(['bws'], state);
  const refused = (env: Record<string, string>, wanted = id) =>
    refusalOf(fetchOne(bitwarden, `bws://${wanted}`, providerHost({ env })));
  const missing = await refused({ ...tools.env, BWS_ACCESS_TOKEN: token }, id.replace('be8e', '0000'));
  expect(missing.code).toBe('SECRET_MISSING');
  expect((await refused(tools.env)).text).toContain('bws has no access token');
  const wrong = await refused({ ...tools.env, BWS_ACCESS_TOKEN: 'not-a-secret-wrong' });
  expect(wrong).toMatchObject({
    code: 'SOURCE_FAILED',
    text: expect.stringContaining('does not accept the access token'),
  });
  expect(wrong.text).not.toContain('invalid_client');
  expect((await refused({ PATH: '/nowhere' })).text).toContain('Install bws');
  await tools.remove();
});

test('nothing but a UUID is a reference: an access token is refused and not quoted', () => {
  for (const text of [`bws://${token}`, 'bws://', 'bws://DB_PASSWORD', `bws://${id}/x`, `bws://${id}#x`]) {
    expect(() => bitwarden.check(text)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.not.stringContaining('7f3a91c2d4e8') }),
    );
  }
});
