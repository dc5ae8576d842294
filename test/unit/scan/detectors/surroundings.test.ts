import { expect, test } from '@jest/globals';
import { loadDetectors } from '../../../../src/scan/detectors/index.ts';
import { base62, drawn, fakes } from './fakes.ts';

const detectors = await loadDetectors();

function found(text: string): string[] {
  return detectors.detect(Buffer.from(text)).map(({ detector }) => detector);
}

/** The tokens that need no word before them. */
const tokens = fakes.filter(([, text]) => /^[A-Za-z0-9_.-]+$/.test(text));

const surroundings: readonly (readonly [where: string, around: (token: string) => string])[] = [
  ['behind a line break of source code', (token) => `"A=1\\n${token}\\n"`],
  ['behind a tab of JSON in JSON', (token) => `"{\\"a\\":\\"\\\\t${token}\\\\n\\"}"`],
  ['in a query in a query', (token) => `https://a.example.com/?to=%2Fb%3Ftoken%3D${token}%26x`],
  ['in JSON of a writer that escapes equals signs', (token) => `{"a":"token\\u003d${token}\\u0026x"}`],
  ['in a colored log', (token) => `\x1b[1;32m${token}\x1b[0m`],
  ['in minified code', (token) => `!function(e){var n={k:"${token}",r:1};e(n)}(t);`],
  ['in an attribute', (token) => `<add key="token" value="${token}"/>`],
  ['in an element', (token) => `<token>${token}</token>`],
  ['in a block of YAML', (token) => `key: |\n  ${token}\nnext: 1\n`],
  ['in a history', (token) => `: 1700000000:0;curl -H 'X: ${token}';ls\n`],
  ['in a user of a URL', (token) => `git clone https://oauth2:${token}@git.example.com/a.git`],
];

test.each(surroundings)('tokens %s are found', (_, around) => {
  const missed = tokens.filter(([id, token]) => !found(around(token)).includes(id));
  expect(tokens.length).toBeGreaterThan(25);
  expect(missed).toEqual([]);
});

test('an escape is none where its backslash is missing, and a word goes on behind a letter', () => {
  for (const before of ['n', '3D', 'u003d', 'my_', '[32m', 'x'])
    expect(found(`${before}npm_${drawn(base62, 36)}`)).toEqual([]);
});

test.each([
  [
    'an assignment before a semicolon',
    (value: string) => `npm config set //npm.example.com/:_authToken=${value};npm ci`,
  ],
  ['npm config set', (value: string) => `npm config set //npm.example.com/:_authToken ${value}\n`],
  ['npm config set in quotes', (value: string) => `RUN npm config set "//npm.example.com/:_authToken" "${value}"\n`],
  ['an element', (value: string) => `<rc>//npm.example.com/:_authToken=${value}</rc>`],
])('a login of npm in %s is found', (_, around) => {
  expect(found(around(drawn(base62, 32)))).toEqual(['npm-credential']);
});

test('what only follows the name of npm’s setting in prose is no login', () => {
  expect(found('the setting :_authToken authentication-configuration of 2024')).toEqual([]);
});

test('a login of Docker is found in JSON in JSON in JSON', () => {
  const auth = Buffer.from(`ci:${drawn(base62, 20)}`).toString('base64');
  const config = JSON.stringify({ auths: { 'registry.example.com': { auth } } });
  expect(found(JSON.stringify({ a: JSON.stringify({ config }) }))).toEqual(['docker-login']);
});

const address = `postgres://shop:${drawn(base62, 20)}@db.shop.internal:5432/shop`;

test.each([
  ['beside words of examples in one line', `{"url":"${address}","JWT_SECRET":"x","sample":"<your-token>"}`],
  ['in an element', `<connection>${address}</connection>`],
  ['of a database of tests', `${address}_test`],
])('a database address %s is found as far as it goes', (_, text) => {
  const [detection] = detectors.detect(Buffer.from(text));
  expect(detection?.detector).toBe('database-password');
  expect(text.slice(detection?.start, detection?.end)).toMatch(/^postgres:\/\/[^"<]*shop(_test)?$/);
});

test.each([
  ['host', `postgres://shop:${drawn(base62, 20)}@db.example.com/shop`],
  ['password', 'postgres://shop:<your-password-here>@db.shop.internal/shop'],
  ['word for a password', 'postgres://scott:tiger@db.shop.internal/shop'],
])('a database address with an example of a %s is none', (_, text) => {
  expect(found(text)).toEqual([]);
});
