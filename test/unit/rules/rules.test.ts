import { readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { rules } from '../../../src/rules/index.ts';

test('every rule has an id of its own, explains itself and has fixtures', () => {
  const folders = readdirSync(new URL('../../fixtures/rules/', import.meta.url));
  expect(rules.map(({ id }) => id).sort()).toEqual(folders.sort());
  for (const { title, why } of rules) {
    expect(title).not.toMatch(/\.$/);
    expect(why.length).toBeGreaterThan(100);
  }
});
