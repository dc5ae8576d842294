import { expect, test } from '@jest/globals';
import { partsOf } from '../../../src/secrets/parts.ts';
import { Secret } from '../../../src/secrets/secret.ts';

const value = 'not-a-secret-7f3a91c2d4e8';

function parts(text: string): [name: string, value: string][] {
  const secret = new Secret({
    name: 'X',
    value: Buffer.from(text),
    origin: { source: 'dotenv', where: '.env', line: 1 },
    reason: 'r',
  });
  return partsOf(secret).map((part) => [part.name, part.reveal().toString()]);
}

test.each<[what: string, text: string, expected: [string, string][]]>([
  [
    'the password of a URL',
    `postgres://app:${value}@db.example.com/app`,
    [
      ['X (password)', value],
      ['X (user and password)', `app:${value}`],
    ],
  ],
  [
    'an encoded password, as written and decoded',
    'redis://:p%40ss%2Fw0rd%3Ax@cache.example.com',
    [
      ['X (password)', 'p%40ss%2Fw0rd%3Ax'],
      ['X (password)', 'p@ss/w0rd:x'],
      ['X (user and password)', ':p%40ss%2Fw0rd%3Ax'],
      ['X (user and password)', ':p@ss/w0rd:x'],
    ],
  ],
  ['a token as the user of a URL', `https://${value}@git.example.com/a.git`, [['X (token)', value]]],
  ['a parameter of a URL', `https://api.example.com/?a=1&token=${value}`, [['X (token)', value]]],
  ['a signature in a query without its URL', `?sv=2024-11-04&sig=${value}`, [['X (sig)', value]]],
  ['a connection string', `Server=db.example.com;User Id=app;Password="${value}";`, [['X (Password)', value]]],
  ['an authorization header', `Bearer ${value}`, [['X (token)', value]]],
  [
    'user and password in base64',
    Buffer.from(`app:${value}`).toString('base64'),
    [
      ['X (user and password)', `app:${value}`],
      ['X (password)', value],
    ],
  ],
  ['leaves of JSON', `{"host":"db.example.com","auth":{"password":"${value}"}}`, [['X (auth/password)', value]]],
  [
    'a URL inside JSON',
    `{"url":"postgres://app:${value}@db.example.com"}`,
    [
      ['X (url)', `postgres://app:${value}@db.example.com`],
      ['X (password)', value],
      ['X (user and password)', `app:${value}`],
    ],
  ],
  ['lines of an env file', `PORT=3000\nexport API_KEY="${value}"\n`, [['X (API_KEY)', value]]],
  [
    'the token of a file of one line',
    `//npm.example.com/:_authToken=${value}\n`,
    [['X (//npm.example.com/:_authToken)', value]],
  ],
  [
    'the password of a URL in a file',
    `[global]\nindex-url = https://app:${value}@pypi.example.com/simple\n`,
    [
      ['X (index-url)', `https://app:${value}@pypi.example.com/simple`],
      ['X (url password)', value],
      ['X (user and password)', `app:${value}`],
    ],
  ],
  ['nothing in a plain value', value, []],
  ['nothing in a URL that refers to a variable', `postgres://app:\${PASSWORD}@db.example.com`, []],
])('%s', (_what, text, expected) => {
  expect(parts(text)).toEqual(expected);
});

test('a private key in one line of text gives the bytes of the key, found in any wrapping', () => {
  const bytes = Buffer.from('not-a-secret-key-7f3a91c2d4e8-not-a-secret-key');
  const body = bytes.toString('base64');
  const found = parts(
    `-----BEGIN PRIVATE KEY-----\\n${body.slice(0, 32)}\\n${body.slice(32)}\\n-----END PRIVATE KEY-----`,
  );
  expect(found).toEqual([
    ['X (key body)', body],
    ['X (key bytes)', bytes.toString()],
  ]);
});

test('the private key of a service account is a part, and its bytes are', () => {
  const bytes = Buffer.from('not-a-secret-key-7f3a91c2d4e8-not-a-secret-key');
  const pem = `-----BEGIN PRIVATE KEY-----\n${bytes.toString('base64')}\n-----END PRIVATE KEY-----\n`;
  const found = parts(JSON.stringify({ type: 'service_account', private_key: pem, client_email: 'a@example.com' }));
  expect(found).toContainEqual(['X (private_key)', pem]);
  expect(found).toContainEqual(['X (key bytes)', bytes.toString()]);
});

test('a part knows its whole, its origin, and whether it can be searched for', () => {
  const origin = { source: 'dotenv', where: '.env', line: 4 } as const;
  const secret = new Secret({
    name: 'X',
    value: Buffer.from('postgres://postgres:postgres@db.example.com'),
    origin,
    reason: 'r',
  });
  expect(partsOf(secret).map(({ name, partOf, weak, origin: from }) => ({ name, partOf, weak, from }))).toEqual([
    { name: 'X (password)', partOf: 'X', weak: 'too common a word to be searched for', from: origin },
    { name: 'X (user and password)', partOf: 'X', weak: undefined, from: origin },
  ]);
});

test.each<[text: string, expected: [string, string][]]>([
  [`${value}\n`, []],
  [`\r\n${value}\r\n`, []],
  [` \t${value} \n`, [['X (trimmed)', value]]],
  ['not%2Da%2Dsecret%2D7f3a91c2d4e8\n', [['X (decoded)', value]]],
])('a value written another way has a name of its own, and line breaks around it need none: %j', (text, expected) => {
  expect(parts(text)).toEqual(expected);
});

test('binary values have no parts', () => {
  const secret = new Secret({
    name: 'X',
    value: Buffer.from([0xff, 0xfe, 0x3d, 0x80]),
    origin: { source: 'file', where: 'x' },
    reason: 'r',
  });
  expect(partsOf(secret)).toEqual([]);
});
