import { expect, test } from '@jest/globals';
import { compileSearch } from '../../../../src/scan/search.ts';
import { secret } from '../secrets.ts';

const weak = 'too common a word to be searched for';
const search = compileSearch([secret('POSTGRES_PASSWORD', 'postgres', weak), secret('PASSWORD', 'changeme', weak)]);

/** Names of the secrets in a text, and what the matches cover. */
function found(text: string): string[] {
  const stream: string[] = [];
  const whole = search.stream(({ secret, form, start, end }) =>
    stream.push(`${secret} ${form} ${text.slice(start, end)}`),
  );
  whole.push(Buffer.from(text));
  whole.end();
  return [...new Set(stream)];
}

test.each([
  '\nPOSTGRES_PASSWORD=postgres\n',
  'export POSTGRES_PASSWORD=postgres\r\n',
  'POSTGRES_PASSWORD="postgres"',
  "POSTGRES_PASSWORD='postgres'",
  'POSTGRES_PASSWORD: postgres\n',
  "POSTGRES_PASSWORD: 'postgres'",
  '"POSTGRES_PASSWORD":"postgres"',
  '{"postgresPassword": "postgres"}',
  'postgres-password: postgres\n',
  'postgres_password = postgres\n',
  '["PATH=/bin","POSTGRES_PASSWORD=postgres"]',
  '{"created_by":"ENV POSTGRES_PASSWORD=postgres"}',
  '{"created_by":"RUN |1 POSTGRES_PASSWORD=postgres /bin/sh -c make"}',
  '"RUN POSTGRES_PASSWORD=\\"postgres\\" make"',
  '"{\\"POSTGRES_PASSWORD\\":\\"postgres\\"}"',
  '$' + '{POSTGRES_PASSWORD:-postgres}',
  'POSTGRES_PASSWORD=postgres\0\0\0',
])('as the value of its name a weak value is found: %j', (text) => {
  expect(found(text)).toEqual(['POSTGRES_PASSWORD assignment postgres']);
});

test.each([
  'postgres',
  'POSTGRES_USER=postgres\n',
  'POSTGRES_PASSWORD=postgresql\n',
  'POSTGRES_PASSWORD=postgres.example.com\n',
  'POSTGRES_PASSWORD=another\n',
  'POSTGRES_PASSWORD_FILE=postgres\n',
  'POSTGRES_PASSWORD=$POSTGRES_PASSWORD\n',
  'image: postgres\n',
  'MY_PASSWORD=changeme\n',
  'xpassword: changeme\n',
])('and nowhere else: %j', (text) => {
  expect(found(text)).toEqual([]);
});

test('an assignment may be all that a string holds', () => {
  expect(search.matches(Buffer.from('POSTGRES_PASSWORD=postgres'))).toEqual([
    { secret: 'POSTGRES_PASSWORD', form: 'assignment', start: 18, end: 26 },
  ]);
});

test('the coverage says which weak secrets were searched for by name', () => {
  const { weak: all, secrets } = compileSearch([
    secret('POSTGRES_PASSWORD', 'postgres', weak),
    secret('FEATURE_SECRET', 'true', weak),
    secret('DATABASE_URL (password)', 'postgres', weak),
  ]);
  expect(secrets).toEqual([]);
  expect(all).toEqual([
    { secret: 'POSTGRES_PASSWORD', why: weak, searchedAs: 'assignment' },
    { secret: 'FEATURE_SECRET', why: weak },
    { secret: 'DATABASE_URL (password)', why: weak },
  ]);
});
