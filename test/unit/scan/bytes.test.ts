import { expect, test } from '@jest/globals';
import { scanBytes } from '../../../src/scan/index.ts';
import { secret, token } from './secrets.ts';

test('values in bytes are told by offset, with their form', () => {
  const hex = Buffer.from(token).toString('hex');
  const bytes = Buffer.from(`a=${token}\nb=${hex}\n`);
  const end = 2 + token.length;
  expect(scanBytes(bytes, [secret()])).toEqual([
    { secret: 'TOKEN', form: 'raw', start: 2, end },
    { secret: 'TOKEN', form: 'hex', start: end + 3, end: end + 3 + hex.length },
  ]);
  expect(scanBytes(Buffer.from('FROM scratch'), [secret()])).toEqual([]);
});
