import { expect, test } from '@jest/globals';
import { classify } from '../../../src/secrets/classify.ts';

const fingerprint = 'A035C8C19219BA821ECEA86B64E628F8D684696D';
const signature = 'bm90LWEtc2VjcmV0LTdmM2E5MWMyZDRlOA%3D%3D';
const telegram = '123456789:AAnot-a-secret_7f3a91c2d4e8_0123456';

test.each([
  // a number of hexadecimal digits is a fingerprint only where the name speaks of signatures
  ['AES_KEY', '0123456789ABCDEF'],
  ['CIPHER_KEY', '0123456789ABCDEF'],
  ['KEY', '0123456789ABCDEF0123456789ABCDEF'],
  ['KEY', fingerprint],
  ['API_KEY', `${fingerprint} ${fingerprint}`],
  ['GPG_KEY', 'lQdGBGd-not-a-secret-7f3a91c2d4e8'],
  // a password with slashes
  ['ADMIN_PASSWORD', '/Summer2024/secret'],
  ['ADMIN_PASSWORD', '/Summer2024/Winter2025/'],
  // a query without its URL
  ['AZURE_SAS', `?sv=2024-11-04&ss=b&sig=${signature}`],
  ['AZURE_SAS', `sv=2024-11-04&ss=b&sig=${signature}`],
  ['SERVICE_BUS', `SharedAccessSignature sr=example.com&sig=${signature}&se=1700000000&skn=app`],
  // providers' forms
  ['TELEGRAM', telegram],
  ['TELEGRAM_BOT', telegram],
  // letters that are no word
  ['LICENSE_KEY', 'ABCD-EFGH-IJKL-MNOP'],
  ['LICENSE_KEY', 'ABCDEFGHIJKLMNOP'],
  ['LICENSE_KEY', 'AbCdEfGhIjKlMnOpQrSt'],
])('%s=%s is a secret', (name, value) => {
  const { kind, reason } = classify(name, value);
  expect({ kind, reason }).toEqual({ kind: 'secret', reason: expect.stringMatching(/^the (?:name|value) /) });
  expect(reason).not.toContain(value);
});

test.each([
  ['GPG_KEY', fingerprint],
  ['GPG_KEY', fingerprint.toLowerCase()],
  ['GPG_KEY', '0xD684696DD684696D'],
  ['GPG_KEYS', `${fingerprint}\n\t${fingerprint}`],
  ['NGINX_GPGKEY', fingerprint],
  ['RELEASE_PGP_KEY', 'A035 C8C1 9219 BA82 1ECE A86B 64E6 28F8 D684 696D'],
  ['KEY_FINGERPRINT', '0123456789ABCDEF'],
  ['KEYS', `${fingerprint} ${fingerprint}`],
  ['DB_PASSWORD', '/run/secrets/db_password'],
  ['NPM_TOKEN', '~/.config/Token-1'],
  ['GOOGLE_APPLICATION_CREDENTIALS', '/Projects/demo/key.json'],
  ['JWT_SECRET', './keys/jwt.pem'],
  ['CACHE_KEY', '/Cache2024/entries'],
  ['SERVER_PATH', '/Summer2024/public'],
  ['SORTING', 'order=asc&page=2'],
  ['TIMES', '123456789:30'],
  ['LICENSE', 'MIT'],
  ['LICENSE', 'Apache-2.0'],
  ['LICENSE', 'GPL-3.0-or-later'],
  ['LICENSE', 'BSD-3-Clause'],
  ['AUTH', 'Basic'],
  ['SORT_KEY', 'createdAt'],
  ['SORT_KEY', 'CREATED_AT'],
  ['NODE_VERSION', '22.11.0'],
  ['AUTH_VERSION', 'v1.2.3'],
  ['BASE', `node@sha256:${'7f3a91c2'.repeat(8)}`],
])('%s=%s is a setting', (name, value) => {
  const { kind, reason } = classify(name, value);
  expect({ kind, reason }).toEqual({ kind: 'setting', reason: expect.stringMatching(/\w/) });
  expect(reason).not.toContain(value);
});

test('the reason names the form, not only that the value looks random', () => {
  expect(classify('TELEGRAM', telegram).reason).toBe('the value has the form of a Telegram bot token');
  expect(classify('AZURE_SAS', `?sv=2024-11-04&sig=${signature}`).reason).toBe(
    'the value is the query of a URL with a credential in it',
  );
});
