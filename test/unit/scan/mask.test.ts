import { expect, test } from '@jest/globals';
import { mask } from '../../../src/scan/mask.ts';
import { compileSearch } from '../../../src/scan/search.ts';
import { secret, token } from './secrets.ts';

const search = compileSearch([secret(), secret('PART', token.slice(4))]);

test.each([
  ['nothing to hide, ünïcode', 'nothing to hide, ünïcode'],
  [`ü ${token} ü ${token}`, 'ü *** ü ***'],
  [`${token}${token}`, '******'],
  [`x${token.slice(4)}x`, 'x***x'],
  [Buffer.from(token).toString('hex'), '***'],
])('%s', (text, masked) => {
  expect(mask(text, search)).toBe(masked);
});

test('every form of a value is gone', () => {
  for (const text of [encodeURIComponent(token), JSON.stringify(token), Buffer.from(token).toString('base64')])
    expect(search.matches(Buffer.from(mask(text, search)))).toEqual([]);
});
