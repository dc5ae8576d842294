import { expect, test } from '@jest/globals';
import { weakness } from '../../../src/secrets/weakness.ts';

test.each([
  'not-a-secret-7f3a91c2d4e8',
  'hunter2hunter3',
  'aB3dE9',
  'q7Zt2L',
  'correct horse',
  '4929103847561029',
  'Xk29dkq',
])('%s can be searched for', (value) => {
  expect(weakness(Buffer.from(value))).toBeUndefined();
});

test.each([
  '',
  'a',
  'x1y2',
  'abcde',
  'qwxyzk',
  'true',
  'localhost',
  'postgres',
  'Password',
  'admin',
  'changeme',
  '12345678',
  'aaaaaaaa',
  'abcdefgh',
  '87654321',
  '3000',
  '20261122',
  '1234567890',
  ' admin\n',
])('%j cannot, and the reason gives nothing away', (value) => {
  const reason = weakness(Buffer.from(value));
  expect(reason).toMatch(/^too (short|common a word|common a number|regular) to be searched for$/);
  expect(reason).not.toMatch(/\d/);
});
