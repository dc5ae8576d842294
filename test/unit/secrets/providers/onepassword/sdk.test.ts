import { expect, test } from '@jest/globals';
import { parseOnePassword } from '../../../../../src/secrets/providers/onepassword/reference.ts';
import { loadSdk, openSdk, type Sdk } from '../../../../../src/secrets/providers/onepassword/sdk.ts';
import { providerHost, refusalOf } from '../../../../helpers/provider-host.ts';

const token = 'ops_not-a-secret-7f3a91c2d4e8';
const wanted = parseOnePassword('op://app/db/password');

/** Stands for the SDK where an account would be needed, which cannot be had: it answers as its types say. */
function sdkThatAnswers(response: object): Sdk {
  const resolveAll = async ([reference]: string[]) => ({ individualResponses: { [String(reference)]: response } });
  return { createClient: async () => ({ secrets: { resolveAll } }) } as unknown as Sdk;
}

test('the real SDK refuses what is no token, and says so without it', async () => {
  const sdk = await loadSdk();
  if (sdk === undefined) throw new Error('@1password/sdk is a dev dependency');
  const { code, text } = await refusalOf(openSdk(providerHost(), sdk, token).fetch(wanted));
  expect(code).toBe('SOURCE_FAILED');
  expect(text).toContain('does not accept the service account');
  expect(text).not.toContain('7f3a91c2d4e8');
});

test('a value is taken as it is', async () => {
  const content = { secret: 'not-a-secret-7f3a91c2d4e8\n', itemId: 'i', vaultId: 'v' };
  const { value } = await openSdk(providerHost(), sdkThatAnswers({ content }), token).fetch(wanted);
  expect(value.toString()).toBe(content.secret);
});

test('what is not there is missing; what is not clear, or refused, is a failure', async () => {
  const codeOf = async (type: string) =>
    (await refusalOf(openSdk(providerHost(), sdkThatAnswers({ error: { type } }), token).fetch(wanted))).code;
  for (const type of ['vaultNotFound', 'itemNotFound', 'fieldNotFound', 'noMatchingSections']) {
    expect(await codeOf(type)).toBe('SECRET_MISSING');
  }
  for (const type of ['tooManyItems', 'unsupportedFileFormat', 'unableToGenerateTotpCode', 'new in the next version']) {
    expect(await codeOf(type)).toBe('SOURCE_FAILED');
  }
});

test('an SDK that does not answer is left when the time is over', async () => {
  const silent = { createClient: () => new Promise(() => undefined) } as unknown as Sdk;
  const host = providerHost({ signal: AbortSignal.timeout(50) });
  expect((await refusalOf(openSdk(host, silent, token).fetch(wanted))).text).toContain('did not answer in time');
});
