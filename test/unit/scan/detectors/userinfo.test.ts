import { expect, test } from '@jest/globals';
import { loadDetectors } from '../../../../src/scan/detectors/index.ts';
import { hasUserinfo } from '../../../../src/scan/detectors/userinfo.ts';
import { base62, drawn } from './fakes.ts';

const detectors = await loadDetectors();
const password = drawn(base62, 20);

function found(text: string): string[] {
  return detectors.detect(Buffer.from(text, 'latin1')).map(({ detector }) => detector);
}

test.each([
  `postgres://shop:${password}@db.shop.internal`,
  `jdbc:mysql://shop:${password}@db.shop.internal/shop`,
  `mysqlx://shop:${password}@db.shop.internal/shop`,
  `mongodb+srv://shop:${password}@db.shop.internal`,
  `postgresql://shop:$${password.slice(1)}\\$x@db.shop.internal`,
  `postgres://${drawn(base62, 100, 2)}:${drawn(base62, 200)}@db.shop.internal`,
])('%s says a user and a password', (address) => {
  expect(hasUserinfo(Buffer.from(address), 0)).toBe(true);
  expect(found(`x ${address} x`)).toEqual(['database-password']);
});

test.each([
  ['no user at all', 'postgres://db.shop.internal:5432/shop?mail=ops:x@example.com '],
  ['a user alone', 'postgres://shop@db.shop.internal:5432/shop '],
  ['JSON in one line', `{"db":"postgres://db.shop.internal:5432","admin":"${password}@example.com"}`],
  ['markup', `<a>mysql://db:3306</a><b>${password}@example.com</b>`],
  ['the end of a string', `mysql://db:3306\0${password}@example.com\0`],
])('an address with %s says none', (_, text) => {
  expect(hasUserinfo(Buffer.from(text), text.indexOf(':') - 8)).toBe(false);
  expect(found(text)).toEqual([]);
});

test('where the bytes end too early to say, it may', () => {
  expect(hasUserinfo(Buffer.from('postgres://shop:abc'), 0)).toBe(true);
  expect(hasUserinfo(Buffer.from('postgres:'), 0)).toBe(true);
});
