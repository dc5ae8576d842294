import { expect, test } from '@jest/globals';
import { jsonText } from '../../../src/report/index.ts';

test('JSON holds nothing that a terminal obeys, and reads as what was written', () => {
  const name = 'a\u001b[2J\u007f\u009b31m\u202eb\u2066c\u2028 é 😀';
  const text = jsonText({ name, [name]: [name] });
  expect(text).toMatch(/^[\n\x20-\x7eé😀]+$/u);
  expect(JSON.parse(text)).toEqual({ name, [name]: [name] });
});
