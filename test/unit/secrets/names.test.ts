import { expect, test } from '@jest/globals';
import { classify } from '../../../src/secrets/classify.ts';

const random = 'q7Zt2LmX9vB4nK8sW1yR';
const word = 'hunter2hunter3';

test.each([
  // a strong word in a family of settings
  ['PYTHON_INDEX_PASSWORD', word],
  ['PYTHON_API_TOKEN', 'pypi-AgEIcHlwaS5vcmc'],
  ['PYTHONPASSWORD', word],
  ['LC_API_KEY', word],
  ['XDG_SECRET', word],
  ['npm_package_config_token', word],
  ['GPG_KEY_PASSPHRASE', word],
  // never public on purpose
  ['NEXT_PUBLIC_ADMIN_PASSWORD', word],
  ['VITE_DB_PASSWORD', word],
  ['VITE_DB_PASS', word],
  ['EXPO_PUBLIC_SECRET', random],
  ['REACT_APP_CLIENT_SECRET', random],
  ['VITE_PRIVATE_KEY', random],
  ['PUBLIC_KEY_PASSPHRASE', word],
  ['SERVER_PUBLIC_KEY_PASSWORD', word],
  // beside a word that else means a path, a version or a checksum
  ['HASH_SALT', random],
  ['HASH_PEPPER', random],
  ['HASH_KEY', random],
  // words for what is typed in
  ['TOTP', 'JBSWY3DPEHPK3PXP'],
  ['OTP_SEED', 'KRUGKIDROVUWG'],
  ['MNEMONIC', 'legal winner thank year wave sausage worth useful'],
  ['SEED_PHRASE', 'legal winner thank year wave sausage worth useful'],
  ['RECOVERY_CODES', 'orange-lemon apple-pear'],
  ['ACCESS_CODE', '482913'],
  ['DOOR_PASSCODE', '482913'],
  ['PIN', '482913'],
  ['USER_PIN', '482913'],
  ['HMAC_KEY', 'abcdefgkeyforhmac'],
])('%s says that it is a secret', (name, value) => {
  const { kind, reason } = classify(name, value);
  expect({ kind, reason }).toEqual({ kind: 'secret', reason: expect.stringMatching(/^the (?:name|value) /) });
  expect(reason).not.toContain(value);
});

test.each([
  ['PYTHONUNBUFFERED', random],
  ['PYTHONDONTWRITEBYTECODE', '1'],
  ['PYTHONPATH', '/app/src'],
  ['PYTHON_VERSION', '3.12.4'],
  ['PYTHON_GET_PIP_SHA256', 'ee09098395e42eb1f82ef4acb231a767a6ae85504a9cf9983223df0a7cbd35d7'],
  ['LC_ALL', 'C.UTF-8'],
  ['XDG_RUNTIME_DIR', '/run/user/1000'],
  ['XDG_SESSION_ID', random],
  ['npm_package_name', random],
  ['NEXT_PUBLIC_API_KEY', random],
  ['VITE_SENTRY_AUTH_TOKEN', random],
  ['NEXT_PUBLIC_PASSWORD_MIN_LENGTH', '12'],
  ['NEXT_PUBLIC_PASSWORD_RESET_URL', 'https://example.com/reset'],
  ['NEXT_PUBLIC_FORGOT_PASSWORD', '/forgot-password'],
  ['NEXT_PUBLIC_SHOW_PASSWORD', 'true'],
  ['VITE_PRIVATE_BETA', random],
  ['VITE_SECRET_PUBLIC_KEY', random],
  ['SEALED_SECRETS_PUBLIC_KEY', random],
  ['FILE_HASH', random],
  ['HASH_KEY', 'user_id'],
  ['OTP_VERSION', '26.2.5'],
  ['LED_PIN', '13'],
  ['RANDOM_SEED', '42'],
  ['STATUS_CODE', '404'],
])('%s is a setting', (name, value) => {
  const { kind, reason } = classify(name, value);
  expect({ kind, reason }).toEqual({ kind: 'setting', reason: expect.stringMatching(/\w/) });
  expect(reason).not.toContain(value);
});

test('a password behind a public prefix is told with both halves of the name', () => {
  expect(classify('NEXT_PUBLIC_ADMIN_PASSWORD', word).reason).toBe(
    'the name says that it is a password, although its prefix is one for public values',
  );
});
