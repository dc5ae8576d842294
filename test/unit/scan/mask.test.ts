import { expect, test } from '@jest/globals';
import { loadDetectors } from '../../../src/scan/detectors/index.ts';
import { mask } from '../../../src/scan/mask.ts';
import { compileSearch } from '../../../src/scan/search.ts';
import { base62, drawn } from './detectors/fakes.ts';
import { secret, token } from './secrets.ts';

const search = compileSearch([secret(), secret('PART', token.slice(4))]);

test.each([
  ['nothing to hide, ünïcode', 'nothing to hide, ünïcode'],
  [`ü ${token} ü ${token}`, 'ü *** ü ***'],
  [`${token}${token}`, '******'],
  [`x${token.slice(4)}x`, 'x***x'],
  [Buffer.from(token).toString('hex'), '***'],
])('%s', (text, masked) => {
  expect(mask(text, { search })).toBe(masked);
});

test('every form of a value is gone', () => {
  for (const text of [encodeURIComponent(token), JSON.stringify(token), Buffer.from(token).toString('base64')])
    expect(search.matches(Buffer.from(mask(text, { search })))).toEqual([]);
});

test('what a detector recognises is gone, too, also beside a value', async () => {
  const detectors = await loadDetectors();
  const text = `RUN A=${token} GH=ghp_${drawn(base62, 36)} make`;
  expect(mask(text, { search, detectors })).toBe('RUN A=*** GH=*** make');
});
