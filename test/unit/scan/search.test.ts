import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { HitLog, hitAt } from '../../../src/scan/hit.ts';
import { compileSearch } from '../../../src/scan/search.ts';
import { leakMessage } from '../../../src/scan/words.ts';
import { secret } from './secrets.ts';

const drawn = createHash('sha256').update('not a secret').digest('base64url');
const search = compileSearch([secret('TOKEN', drawn)]);
const cut = drawn.slice(0, 30);

test('a truncated copy is told as partial, and a whole one once', () => {
  const forms = (text: string): string[] => search.matches(Buffer.from(text)).map(({ form }) => form);
  expect(forms(`a=${cut} b`)).toEqual(['partial']);
  expect(forms(`a=${drawn} b`)).toEqual(['raw']);
  expect(forms(`a=${cut} b=${drawn}`)).toEqual(['partial', 'raw']);
});

test('at one place the whole value counts, and parts of it do not', () => {
  for (const text of [`${drawn} ${cut}`, `${cut} ${drawn}`]) {
    const hits = new HitLog(10);
    const stream = search.stream((match) => hits.add(hitAt(match, { entry: 'a', steps: [], offset: match.start })));
    stream.push(Buffer.from(text));
    stream.end();
    expect([...hits.groups()]).toEqual([
      { hit: expect.objectContaining({ form: 'raw', offset: text.indexOf(drawn) }), forms: new Set(['raw']), count: 1 },
    ]);
  }
});

test('the message of a truncated copy says what it is', () => {
  const location = { kind: 'image', place: 'layer', layer: 1, layers: 2, path: 'log' } as const;
  const circumstances = { inside: '', header: false, forms: ['partial'], count: 1 };
  expect(leakMessage('TOKEN', location, circumstances)).toBe('A long part of TOKEN is in layer 1 of 2, /log');
});
