import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { findingsIn, mended } from './compose-file.ts';
import { checkedFiles, short, value } from './project.ts';

test('an official image reads the secret from a file, declared under secrets:', () => {
  const text = `services:\n  db:\n    image: docker.io/library/postgres:17\n    environment:\n      # who may write\n      POSTGRES_PASSWORD: ${value}\n      POSTGRES_DB: app\n`;
  expect(findingsIn(text).lines).toEqual(['6 compose-environment-literal']);
  expect(mended(text)).toBe(`services:
  db:
    image: docker.io/library/postgres:17
    secrets:
      - POSTGRES_PASSWORD
    environment:
      # who may write
      POSTGRES_PASSWORD_FILE: /run/secrets/POSTGRES_PASSWORD
      POSTGRES_DB: app

secrets:
  POSTGRES_PASSWORD:
    environment: POSTGRES_PASSWORD
`);
});

test('any other image gets the value from the environment', () => {
  const text = `services:\n  app:\n    image: example.com/app\n    environment:\n      - API_KEY=${value}\n      - "DB_PASSWORD=${value}-2"\n      - PORT=80\n`;
  expect(findingsIn(text).lines).toEqual(['5 compose-environment-literal', '6 compose-environment-literal']);
  const after = parse(mended(text)) as { services: { app: { environment: string[] } } };
  expect(after.services.app.environment).toEqual([
    `API_KEY=\${API_KEY:?set it in .env}`,
    `DB_PASSWORD=\${DB_PASSWORD:?set it in .env}`,
    'PORT=80',
  ]);
});

test('a build argument becomes a build secret; a list that is empty then goes too', () => {
  const text = `services:\n  a:\n    build:\n      context: .\n      args:\n        NPM_TOKEN: \${CI_TOKEN}\n  b:\n    build:\n      args:\n        - API_TOKEN # for the api\n        - VERSION=1\n      context: b\n`;
  expect(findingsIn(text).lines).toEqual(['6 compose-build-arg', '10 compose-build-arg']);
  expect(parse(mended(text))).toEqual({
    services: {
      a: { build: { context: '.', secrets: ['NPM_TOKEN'] } },
      b: { build: { context: 'b', secrets: ['API_TOKEN'], args: ['VERSION=1'] } },
    },
    secrets: { NPM_TOKEN: { environment: 'CI_TOKEN' }, API_TOKEN: { environment: 'API_TOKEN' } },
  });
});

test('a bind-mounted file of credentials becomes a secret at the same place', () => {
  const text =
    'services:\n  a:\n    secrets:\n      - other\n    volumes:\n      - ./conf/secrets.txt:/app/secrets.txt:ro\n      - { type: bind, source: ./id_rsa, target: /root/.ssh/id_rsa }\n      - data:/data\nsecrets:\n  other:\n    file: ./other\n';
  expect(findingsIn(text).lines).toEqual(['6 compose-secret-mount warning', '7 compose-secret-mount warning']);
  expect(parse(mended(text))).toEqual({
    services: {
      a: {
        secrets: [
          { source: 'id_rsa', target: '/root/.ssh/id_rsa' },
          { source: 'secrets_txt', target: '/app/secrets.txt' },
          'other',
        ],
        volumes: ['data:/data'],
      },
    },
    secrets: { id_rsa: { file: './id_rsa' }, secrets_txt: { file: './conf/secrets.txt' }, other: { file: './other' } },
  });
});

test('words that everybody tries are a warning', () => {
  expect(findingsIn('services:\n  db:\n    environment:\n      MYSQL_ROOT_PASSWORD: root\n').lines).toEqual([
    '4 compose-environment-literal warning',
  ]);
});

test('nothing is found in what is no literal and no secret', () => {
  const text = `services:\n  a:\n    image: x\n    build: .\n    env_file: .env\n    environment:\n      API_KEY: \${API_KEY}\n      DB_PASSWORD:\n      LOG: debug\n    volumes: [./src:/src, data:/data]\n  b:\n    build:\n      args: { VERSION: 1 }\n`;
  expect(findingsIn(text)).toEqual({ findings: [], diffs: [], lines: [] });
});

test('what services share by an anchor is found once, in its own line', () => {
  const text = `x-env: &env\n  API_KEY: ${value}\nservices:\n  a:\n    environment: *env\n  b:\n    environment:\n      <<: *env\n      LOG: debug\n`;
  expect(findingsIn(text).lines).toEqual(['2 compose-environment-literal']);
  expect(findingsIn(mended(text)).lines).toEqual([]);
});

test('a value that an alias takes from elsewhere is mended where it stands', () => {
  const text = `services:\n  a:\n    environment:\n      API_KEY: &key ${value}\n      OTHER_API_KEY: *key\n`;
  expect(findingsIn(text).lines).toEqual(['4 compose-environment-literal', '5 compose-environment-literal']);
  expect(mended(text)).toContain(`API_KEY: &key "\${API_KEY:?set it in .env}"\n      OTHER_API_KEY: *key\n`);
  const elsewhere = `services:\n  a:\n    x-key: &key ${value}\n    environment:\n      B_TOKEN: ${value}-b\n      API_KEY: *key\n`;
  expect(findingsIn(elsewhere).diffs.join()).toContain('     x-key: &key [secret]\n');
});

test('values of several lines are replaced whole, and nothing beside them', () => {
  const text = `services:\n  a:\n    environment:\n      A_TOKEN: |\n        ${value}\n        ${value}\n\n      B_TOKEN: "${value}\n        ${value}"\n      LAST: x\n`;
  expect(parse(mended(text))).toEqual({
    services: {
      a: {
        environment: {
          A_TOKEN: `\${A_TOKEN:?set it in .env}`,
          B_TOKEN: `\${B_TOKEN:?set it in .env}`,
          LAST: 'x',
        },
      },
    },
  });
  expect(findingsIn(text).diffs.join()).not.toContain('not-a-secret');
});

test('chains of merges and anchors within themselves end', () => {
  const chain = Array.from({ length: 12 }, (_, i) =>
    i === 0
      ? 'm0: &m0\n  API_KEY: x\n'
      : `m${i}: &m${i}\n  <<: [${Array(9)
          .fill(`*m${i - 1}`)
          .join(', ')}]\n  k${i}: v\n`,
  );
  const text = `${chain.join('')}services:\n  a: &a\n    <<: *a\n    environment:\n      <<: *m11\n      B_TOKEN: ${value}\n`;
  expect(findingsIn(text).lines).toEqual(['41 compose-environment-literal']);
});

test('two values under one name are not made one', () => {
  const text = `services:\n  a:\n    environment:\n      DB_PASSWORD: ${value}-a\n  b:\n    environment:\n      DB_PASSWORD: ${value}-b\n`;
  const { findings, diffs } = findingsIn(text);
  expect(findings.map(({ fix }) => fix !== undefined)).toEqual([true, false]);
  expect(diffs.join()).toContain('DB_PASSWORD: [secret]');
});

test('a file in flow style is not edited, and told all the same', () => {
  const text = `services: { db: { image: postgres, environment: { POSTGRES_PASSWORD: ${value} } } }\n`;
  const { findings, lines } = findingsIn(text);
  expect(lines).toEqual(['1 compose-environment-literal']);
  expect(findings[0]?.fix).toBeUndefined();
});

test('CRLF stays CRLF', () => {
  const text = `services:\r\n  db:\r\n    image: postgres\r\n    environment:\r\n      POSTGRES_PASSWORD: ${value}\r\n`;
  expect(mended(text)).not.toMatch(/[^\r]\n/);
  expect(findingsIn(mended(text)).lines).toEqual([]);
});

test('no diff shows a value, and neither does a finding', () => {
  const text = `services:\n  a:\n    environment:\n      - API_KEY=${value}\n      - "URL=postgres://u:${value}@db"\n      - DB_PASSWORD=postgres\n    command: --password ${value}-x\n`;
  const { findings, diffs } = findingsIn(text);
  expect(diffs.join()).toContain('-      - API_KEY=[secret]\n');
  expect(JSON.stringify({ findings, diffs })).not.toContain('not-a-secret');
});

test('a diff shows no declared value either, under whatever name it stands', async () => {
  const text = `services:\n  a:\n    environment:\n      PLAIN: ${value}\n      API_KEY: ${value}-2\n`;
  const asked = { paths: ['compose.yaml'], diff: true };
  const { diffs } = await checkedFiles({ 'compose.yaml': text, '.env': `MY_TOKEN=${value}\n` }, asked);
  expect(diffs.join()).toContain('       PLAIN: ***\n');
});

test('the compose files of a folder are checked with its Dockerfile, or alone', async () => {
  const compose = `services:\n  a:\n    environment:\n      API_KEY: ${value}\n`;
  const both = await checkedFiles({ Dockerfile: 'FROM busybox:1.37\n', 'compose.yaml': compose });
  expect(both.files.map(({ path }) => path)).toEqual(['Dockerfile', 'compose.yaml']);
  expect(short(both)).toEqual(['compose.yaml:4 compose-environment-literal']);
  const alone = await checkedFiles(
    {
      'app/docker-compose.yml': 'services: {}\n',
      'app/docker-compose.override.yml': compose,
      'app/compose.prod.yml': compose,
    },
    { paths: ['app'] },
  );
  expect(alone.files.map(({ path }) => path)).toEqual(['app/docker-compose.override.yml', 'app/docker-compose.yml']);
  expect(short(alone)).toEqual(['app/docker-compose.override.yml:4 compose-environment-literal']);
});

test('safebuild.yaml says what is no secret here too', async () => {
  const files = { 'compose.yaml': `services:\n  a:\n    environment:\n      API_KEY: ${value}\n` };
  expect((await checkedFiles({ ...files, 'safebuild.yaml': 'secrets: { API_KEY: setting }\n' })).findings).toEqual([]);
});

test.each([
  ['compose.yaml', 'services:\n  a: [\n', 'CONFIG_INVALID', /^compose.yaml line \d: no valid YAML/],
  ['values.yaml', 'replicas: 1\n', 'USAGE', /neither a compose file nor a Kubernetes manifest/],
  ['none.yaml', undefined, 'USAGE', /none.yaml cannot be read/],
])('%s with %j is refused', async (path, text, code, message) => {
  const files = text === undefined ? {} : { [path]: text };
  await expect(checkedFiles(files, { paths: [path] })).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
});
