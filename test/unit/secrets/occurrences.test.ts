import { expect, test } from '@jest/globals';
import { parseDockerfile } from '../../../src/dockerfile/index.ts';
import { judge } from '../../../src/secrets/judge.ts';
import { occurrencesIn } from '../../../src/secrets/occurrences.ts';
import { unjudged } from '../../../src/secrets/sources/candidate.ts';

function places(text: string, secrets: Record<string, string>): [name: string, text: string][] {
  const dockerfile = parseDockerfile(text);
  const candidates = Object.entries(secrets).map(([name, value]) =>
    unjudged(name, value, { source: 'dotenv', where: '.env' }, 3),
  );
  return occurrencesIn(dockerfile, judge(candidates, { rules: new Map() })).map(({ secret, range }) => [
    secret,
    dockerfile.source.slice(range.start, range.end),
  ]);
}

test('a known value is found wherever it stands, also in a comment', () => {
  const text = 'FROM scratch\n# not-a-secret-7f3a91c2d4e8\nRUN echo not-a-secret-7f3a91c2d4e8 > /x\n';
  expect(places(text, { API_KEY: 'not-a-secret-7f3a91c2d4e8' })).toEqual([
    ['API_KEY', 'not-a-secret-7f3a91c2d4e8'],
    ['API_KEY', 'not-a-secret-7f3a91c2d4e8'],
  ]);
});

test('the password of a known URL is found, and the longest value names a place', () => {
  const url = 'postgres://app:hunter2hunter3@db.example.com';
  expect(places(`FROM scratch\nRUN a ${url} && b hunter2hunter3\n`, { DATABASE_URL: url })).toEqual([
    ['DATABASE_URL', url],
    ['DATABASE_URL (password)', 'hunter2hunter3'],
  ]);
});

test('a weak value is no occurrence: it is an ordinary word', () => {
  expect(places('FROM postgres\nRUN postgres\n', { DB_PASSWORD: 'postgres' })).toEqual([]);
});
