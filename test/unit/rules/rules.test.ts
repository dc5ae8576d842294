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

test.each(rules.map(({ id, explanation }) => ({ id, explanation })))(
  '$id has a page with an example',
  ({ id, explanation }) => {
    expect(explanation.startsWith(`# ${id}\n\n`)).toBe(true);
    expect(explanation).toMatch(/^ {4}\S/m);
    expect(explanation.split('\n').length).toBeGreaterThan(8);
    for (const line of explanation.split('\n')) expect(line.length).toBeLessThanOrEqual(130);
  },
);
