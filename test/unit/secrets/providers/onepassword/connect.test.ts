import { expect, test } from '@jest/globals';
import { onepassword } from '../../../../../src/secrets/providers/onepassword/index.ts';
import { fetchAll, fetchOne, providerHost, refusalOf } from '../../../../helpers/provider-host.ts';
import { withService } from '../../../../helpers/services.ts';
import { type ConnectState, startConnect } from '../../../../servers/onepassword/start.ts';

const token = 'not-a-secret-connect-token-7f3a91c2d4e8';
const kept = { version: 7, updatedAt: '2026-11-01T10:00:00Z' };
const state: ConnectState = {
  token,
  vaults: [
    {
      id: 'vault1',
      name: 'App Prod',
      items: [
        {
          id: 'item1',
          title: 'Database',
          ...kept,
          sections: [{ id: 's1', label: 'Admin' }],
          fields: [
            { id: 'password', label: 'password', value: 'not-a-secret-7f3a91c2d4e8\n' },
            { id: 'f2', label: 'password', value: 'not-a-secret-admin', section: { id: 's1' } },
            { id: 'f3', label: 'code', value: 'otpauth://x', totp: '424242', section: { id: 's1' } },
            { id: 'f7', label: 'key', value: 'not-a-secret-of-section', section: { id: 's1' } },
            { id: 'f8', label: 'key', value: 'not-a-secret-outside' },
            { id: 'f4', label: 'blank' },
            { id: 'f5', label: 'twice', value: 'not-a-secret-1' },
            { id: 'f6', label: 'twice', value: 'not-a-secret-2' },
          ],
          files: [{ id: 'file1', name: 'key.der' }],
        },
        { id: 'item2', title: 'Database', state: 'ARCHIVED', ...kept },
      ],
    },
    { id: 'vault2', name: 'vault1', items: [] },
  ],
  contents: { file1: Uint8Array.of(0xff, 0, 10) },
};

function withConnect<T>(action: (env: Record<string, string>, requests: string[]) => Promise<T>): Promise<T> {
  return withService(
    () => startConnect(state),
    ({ address, requests }) => action({ OP_CONNECT_HOST: address, OP_CONNECT_TOKEN: token }, requests),
  );
}

test('fields are found by names in any case, by ids, in sections, and as files', async () => {
  await withConnect(async (env, requests) => {
    const references = [
      'op://app prod/database/password',
      'op://vault1/item1/Admin/PASSWORD',
      'op://App Prod/Database/admin/code?attribute=otp',
      'op://App Prod/Database/code?attr=totp',
      'op://App Prod/Database/key.der',
      'op://App Prod/Database/blank',
      'op://App Prod/Database/key',
    ];
    const fetched = await fetchAll(onepassword, references, providerHost({ env }));
    expect(fetched.map(({ value }) => value.toString('latin1'))).toEqual([
      'not-a-secret-7f3a91c2d4e8\n',
      'not-a-secret-admin',
      '424242',
      '424242',
      '\xff\0\n',
      '',
      'not-a-secret-outside',
    ]);
    expect(fetched[0]).toMatchObject({ version: '7', changed: new Date(kept.updatedAt) });
    expect(requests.filter((request) => request === 'GET /v1/vaults')).toHaveLength(1);
    expect(requests).toHaveLength(4);
  });
});

test('what is not there is missing; two that fit are a failure', async () => {
  await withConnect(async (env) => {
    const codeOf = async (reference: string) =>
      (await refusalOf(fetchOne(onepassword, reference, providerHost({ env })))).code;
    for (const path of [
      'nope/Database/password',
      'App Prod/nope/password',
      'App Prod/Database/nope',
      'App Prod/Database/x/code',
    ]) {
      expect(await codeOf(`op://${path}`)).toBe('SECRET_MISSING');
    }
    expect(await codeOf('op://App Prod/Database/twice')).toBe('SOURCE_FAILED');
    expect(await codeOf('op://App Prod/Database/password?attribute=otp')).toBe('SECRET_MISSING');
    expect(await codeOf('op://App Prod/Database/password?ssh-format=openssh')).toBe('SOURCE_FAILED');
  });
});

test('a token that is refused is not quoted', async () => {
  await withConnect(async (env) => {
    const wrong = { ...env, OP_CONNECT_TOKEN: 'not-a-secret-wrong-token' };
    const refused = await refusalOf(fetchOne(onepassword, 'op://v/i/f', providerHost({ env: wrong })));
    expect(refused).toMatchObject({ code: 'SOURCE_FAILED', text: expect.stringContaining('OP_CONNECT_TOKEN') });
    expect(refused.text).not.toContain('wrong-token');
  });
});

test('a Connect server without TLS elsewhere than on this machine is refused', async () => {
  const env = { OP_CONNECT_HOST: 'http://connect.example.com', OP_CONNECT_TOKEN: token };
  const refused = await refusalOf(fetchOne(onepassword, 'op://v/i/f', providerHost({ env })));
  expect(refused.code).toBe('CONFIG_INVALID');
});
