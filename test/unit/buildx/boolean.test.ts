import { expect, test } from '@jest/globals';
import { parseBoolean } from '../../../src/buildx/boolean.ts';

test.each(['1', 't', 'T', 'true', 'TRUE', 'True'])('Go reads %j as true', (text) =>
  expect(parseBoolean(text)).toBe(true),
);

test.each(['0', 'f', 'F', 'false', 'FALSE', 'False'])('Go reads %j as false', (text) =>
  expect(parseBoolean(text)).toBe(false),
);

test.each(['', 'yes', 'tRUE', ' true', '2'])('%j is no boolean', (text) => expect(parseBoolean(text)).toBeUndefined());
