import { expect, test } from '@jest/globals';
import { keychain, keychainOn } from '../../../../../src/secrets/providers/keychain/index.ts';
import { parseKeychain } from '../../../../../src/secrets/providers/keychain/reference.ts';
import { fetchOne, providerHost, refusalOf } from '../../../../helpers/provider-host.ts';
import { putStandIns } from '../../../../helpers/stand-ins.ts';

// The Secret Service is tested with the real secret-tool and GNOME Keyring, in test/tools.

const macos = keychainOn('darwin');
const hex = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding).toString('hex');

test('on macOS text, digits that look like hexadecimal, and bytes are told apart', async () => {
  const items = {
    'shop ci': hex('not-a-secret-7f3a91c2d4e8'),
    'hex ci': hex('deadbeef7f3a91c2'),
    'bytes ci': 'deadbeef7f3a91c2',
    'umlaut ci': hex('not-a-secret-\u00e4'),
    'lines ci': hex('not-a-secret\n'),
    'slash ci': hex('not\\a"secret'),
  };
  const tools = await putStandIns(['security'], { items });
  const value = async (service: string) =>
    (await fetchOne(macos, `keychain://${service}/ci`, providerHost({ env: tools.env }))).value.toString('hex');
  for (const [name, stored] of Object.entries(items)) expect(await value(name.split(' ')[0] ?? '')).toBe(stored);
  await tools.remove();
});

test('on macOS a missing item and a locked keychain are told apart', async () => {
  const tools = await putStandIns(['security'], { items: {} });
  const missing = await refusalOf(fetchOne(macos, 'keychain://shop/ci', providerHost({ env: tools.env })));
  expect(missing.code).toBe('SECRET_MISSING');
  await tools.remove();
  for (const code of [36, 51, 128]) {
    const locked = await putStandIns(['security'], { items: {}, code });
    const refused = await refusalOf(fetchOne(macos, 'keychain://shop/ci', providerHost({ env: locked.env })));
    expect(refused).toMatchObject({ code: 'SOURCE_FAILED', text: expect.stringContaining('unlock-keychain') });
    await locked.remove();
  }
});

test('Windows is said not to be supported', async () => {
  const refused = await refusalOf(fetchOne(keychainOn('win32'), 'keychain://shop/ci', providerHost()));
  expect(refused).toMatchObject({ code: 'SOURCE_FAILED', text: expect.stringContaining('not supported') });
});

test('secret-tool that is not installed is told how to be got', async () => {
  const none = providerHost({ env: { PATH: '/nowhere' } });
  const refused = await refusalOf(fetchOne(keychainOn('linux'), 'keychain://shop/ci', none));
  expect(refused.text).toContain('libsecret-tools');
});

test('the last slash parts service and account; both are percent-decoded', () => {
  expect(parseKeychain('keychain://https://example.com/ci')).toEqual({ service: 'https://example.com', account: 'ci' });
  expect(parseKeychain('keychain://a%20b/c%2Fd')).toEqual({ service: 'a b', account: 'c/d' });
});

test('what is no reference, or would be a flag, is refused', () => {
  for (const text of ['', 'a', 'a/', '/a', '-a/b', 'a/-b', '%2da/b', 'a/%2D-help', 'a/%', 'a/%00', 'a/b#c', 'a/b?c']) {
    expect(() => keychain.check(`keychain://${text}`)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  }
});
