import { expect, test } from '@jest/globals';
import { onepassword } from '../../../../../src/secrets/providers/onepassword/index.ts';
import { fetchOne, providerHost, refusalOf } from '../../../../helpers/provider-host.ts';
import { putStandIns } from '../../../../helpers/stand-ins.ts';

const value = 'not-a-secret-7f3a91c2d4e8\n';
const reference = 'op://app prod/db/admin/password';
const values = {
  [reference]: value,
  'op://app/db/code?attribute=otp': '424242',
  'op://app/twice/x': {
    error: 'could not get item app/twice: More than one item matches "twice". Try again and specify the item by its ID',
  },
  'op://app/odd/x': { error: 'something not-a-secret-7f3a91c2d4e8 odd' },
};

test('op read gets exactly the value, and is given nothing but the reference', async () => {
  const tools = await putStandIns(['op'], { values });
  const host = providerHost({ env: tools.env });
  expect((await fetchOne(onepassword, reference, host)).value.toString()).toBe(value);
  expect((await fetchOne(onepassword, 'op://app/db/code?attribute=otp', host)).value.toString()).toBe('424242');
  expect(await tools.calls()).toContainEqual(['read', '--no-newline', reference]);
  await tools.remove();
});

test('the account of the settings is asked', async () => {
  const tools = await putStandIns(['op'], { values, account: 'example.1password.com' });
  const settings = { onepassword: { account: 'example.1password.com' } };
  expect((await fetchOne(onepassword, reference, providerHost({ env: tools.env, settings }))).value.toString()).toBe(
    value,
  );
  const none = await refusalOf(fetchOne(onepassword, reference, providerHost({ env: tools.env })));
  expect(none.text).toContain('not signed in');
  await tools.remove();
});

test('missing, not signed in, ambiguous and other failures are told apart; op is never quoted', async () => {
  const tools = await putStandIns(['op'], { values });
  const refused = (wanted: string) => refusalOf(fetchOne(onepassword, wanted, providerHost({ env: tools.env })));
  expect((await refused('op://app/nope/password')).code).toBe('SECRET_MISSING');
  expect(await refused('op://app/twice/x')).toMatchObject({
    code: 'SOURCE_FAILED',
    text: expect.stringContaining('several that fit'),
  });
  const odd = await refused('op://app/odd/x');
  expect(odd.text).toContain('The op command failed');
  expect(odd.text).not.toContain('not-a-secret');
  await tools.remove();
  const out = await putStandIns(['op'], { values, signedIn: false });
  const login = await refusalOf(fetchOne(onepassword, reference, providerHost({ env: out.env })));
  expect(login).toMatchObject({ code: 'SOURCE_FAILED', text: expect.stringContaining('Run op signin') });
  await out.remove();
  const none = await refusalOf(fetchOne(onepassword, reference, providerHost({ env: { PATH: '/nowhere' } })));
  expect(none.text).toContain('Install the command of 1Password');
});

test('what is no reference is refused', () => {
  for (const text of ['v/i', 'v/i/s/f/x', 'v//f', '/i/f', 'v/i/f#x', 'v/i/f?x=y', 'v/i/f\n', 'v/ /f']) {
    expect(() => onepassword.check(`op://${text}`)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  }
});
