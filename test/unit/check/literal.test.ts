import { expect, test } from '@jest/globals';
import { judgeLiteral } from '../../../src/check/literal.ts';
import { value } from './project.ts';

test.each([
  ['DB_PASSWORD', value],
  ['API_KEY', value],
  ['DATABASE_URL', `postgres://app:${value}@db/app`],
  ['DATABASE_URL', `postgres://app:${value}@\${HOST}/app`],
  ['OTHER_TOKEN', `\${OTHER_TOKEN:-${value}}`],
  ['APP_KEY', 'base64:K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols='],
])('%s with a value in clear is a secret', (name, text) => {
  expect(judgeLiteral(name, text)).toEqual({ weak: false });
});

test.each([
  ['POSTGRES_PASSWORD', 'postgres'],
  ['POSTGRES_PASSWORD', 'changeme'],
  ['DATABASE_URL', 'postgres://postgres:postgres@db/app'],
  ['MYSQL_ROOT_PASSWORD', `\${MYSQL_ROOT_PASSWORD:-root}`],
])('%s=%s is a word that everybody tries', (name, text) => {
  expect(judgeLiteral(name, text)).toEqual({ weak: true });
});

test.each([
  ['DB_PASSWORD', ''],
  ['DB_PASSWORD', `\${DB_PASSWORD}`],
  ['DB_PASSWORD', `\${DB_PASSWORD:?set it}`],
  ['DB_PASSWORD', `\${DB_PASSWORD:-}`],
  ['DATABASE_URL', 'postgres://app:$(DB_PASSWORD)@db/app'],
  ['POSTGRES_PASSWORD_FILE', '/run/secrets/db'],
  ['API_TOKEN', '<your token>'],
  ['TOKEN_TTL', '3600'],
  ['PORT', '3000'],
  ['BUILD_ID', '3f9a1c7d2b8e4f60a5d1'],
  ['NEXT_PUBLIC_API_KEY', value],
])('%s=%s is none', (name, text) => {
  expect(judgeLiteral(name, text)).toBeUndefined();
});

test('the project has the last word', () => {
  expect(judgeLiteral('DB_PASSWORD', value, { kind: 'setting' })).toBeUndefined();
  expect(judgeLiteral('PLAIN', value, { kind: 'secret' })).toEqual({ weak: false });
});
