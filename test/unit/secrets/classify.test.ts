import { expect, test } from '@jest/globals';
import { classify } from '../../../src/secrets/classify.ts';

const random = 'q7Zt2LmX9vB4nK8sW1yR';
const hex40 = '7f3a91c2d4e8b5a6079f3c1e2d4b6a8890f1e2d3';
const uuid = '3f2b8c1e-9d4a-4b7c-8e21-5a6f7b8c9d0e';

test.each([
  // names
  ['API_KEY', random],
  ['apiKey', random],
  ['NPM_TOKEN', random],
  ['PASSWORD', 'correct horse'],
  ['DB_PASSWORD', 'hunter2hunter3'],
  ['PGPASSWORD', 'hunter2hunter3'],
  ['MYSECRET', 'hunter2hunter3'],
  ['dbPassword', 'hunter2hunter3'],
  ['GITHUB_PAT', random],
  ['BUNDLE_GEMS__EXAMPLE__COM', 'user:hunter2hunter3'],
  ['AWS_ACCESS_KEY_ID', 'AKIAQ7ZT2LMX5VB4NK6S'],
  ['AWS_SECRET_ACCESS_KEY', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzzzz'],
  ['FILE_STORAGE_SECRET', random],
  ['RAILS_MASTER_KEY', hex40],
  ['SECRET_KEY_BASE', hex40],
  ['ADMIN_PASSWORD_HASH', '$2b$10$abcdefghijklmnopqrstuv'],
  ['PASSWORD', '12345678'],
  ['PASSWORD', 'changeme'],
  ['TOKEN', 'https'],
  ['API_TOKEN', '4242424242424242'],
  // values under names that say nothing
  ['DATABASE_URL', 'postgres://app:hunter2hunter3@db.example.com:5432/app'],
  ['DATABASE_URL', 'postgres://app:p@ssw0rdx9@db.example.com/app'],
  ['DATABASE_URL', 'postgres://app:pass/w0rdx9@db.example.com/app'],
  ['REDIS', 'redis://:hunter2hunter3@cache.example.com'],
  ['SENTRY_DSN', `https://${hex40.slice(0, 32)}@sentry.example.com/1`],
  ['CALLBACK', 'https://api.example.com/hook?token=hunter2hunter3'],
  ['CONNECTION', 'Server=db.example.com;User Id=app;Password=hunter2hunter3;'],
  ['FOO', '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----'],
  ['FOO', 'ghp_0123456789abcdefghijABCDEFGHIJ012345'],
  ['FOO', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N'],
  ['FOO', `Bearer ${random}`],
  ['FOO', '{"client_email":"a@example.com","private_key":"hunter2hunter3"}'],
  ['FOO', random],
  ['FOO', hex40],
  ['FOO', uuid],
  ['FOO', 'not-a-secret-7f3a91c2d4e8'],
  ['NEXT_PUBLIC_STRIPE', 'sk_live_0123456789abcdefghijABCD'],
])('%s is a secret (%#)', (name, value) => {
  const { kind, reason } = classify(name, value);
  expect({ kind, reason }).toEqual({ kind: 'secret', reason: expect.stringMatching(/\w/) });
  expect(reason).not.toContain(value);
});

test.each([
  // settings of every project
  ['PORT', '3000'],
  ['NODE_ENV', 'production'],
  ['LOG_LEVEL', 'debug'],
  ['TZ', 'Europe/Berlin'],
  ['LANG', 'en_US.UTF-8'],
  ['API_URL', 'https://api.example.com/v1'],
  ['HOST', '0.0.0.0'],
  ['APP_NAME', 'my-application-name-2024-production'],
  ['IMAGE', 'registry.example.com/team/app:1.2.3-alpine'],
  ['REDIS_URL', 'redis://cache:6379/0'],
  ['ADMIN_EMAIL', 'admin@example.com'],
  ['AWS_REGION', 'eu-central-1'],
  ['ROLE', 'arn:aws:iam::123456789012:role/my-build-role'],
  ['DATA', '/var/lib/my-application/data'],
  ['FEATURES', 'search,checkout,recommendations'],
  ['JAVA_OPTS', '-Xmx512m -XX:+UseG1GC'],
  ['RELEASED', '2026-11-22T02:12:30Z'],
  ['TENANT_ID', uuid],
  ['CLIENT_ID', uuid],
  // public by design
  ['NEXT_PUBLIC_API_KEY', random],
  ['VITE_FIREBASE_API_KEY', 'AIzaSyA0123456789abcdefghijABCDEFGHIJ01'],
  ['REACT_APP_TOKEN', random],
  ['PUBLIC_KEY', random],
  ['NUXT_PUBLIC_TOKEN', random],
  ['EXPO_PUBLIC_KEY', random],
  ['STRIPE_PUBLISHABLE_KEY', 'pk_live_0123456789abcdefghijABCD'],
  ['stripe_publishable_key', 'pk_live_0123456789abcdefghijABCD'],
  // the false-alarm vocabulary of real Dockerfiles
  ['GPG_KEY', 'A035C8C19219BA821ECEA86B64E628F8D684696D'],
  ['GPG_KEYS', 'A035C8C19219BA821ECEA86B64E628F8D684696D 7F3A91C2D4E8B5A6079F3C1E2D4B6A8890F1E2D3'],
  ['NGINX_GPG_KEY', 'A035C8C19219BA821ECEA86B64E628F8D684696D'],
  ['ANSIBLE_HOST_KEY_CHECKING', 'False'],
  ['APT_KEY_DONT_WARN_ON_DANGEROUS_USAGE', '1'],
  ['ALLOW_EMPTY_PASSWORD', 'yes'],
  ['MYSQL_ALLOW_EMPTY_PASSWORD', 'yes'],
  ['MYSQL_RANDOM_ROOT_PASSWORD', '1'],
  ['SSH_AUTH_SOCK', '/tmp/ssh-agent.sock'],
  ['AUTH_URL', 'https://auth.example.com'],
  ['AUTH_TYPE', 'oidc'],
  ['AUTH_MODE', 'native'],
  ['KMS_KEY_ALIAS', 'alias/my-application'],
  ['TOKENIZERS_PARALLELISM', 'false'],
  ['SECRET_KEY_BASE_DUMMY', '1'],
  ['DB_PASSWORD_FILE', '/run/secrets/db_password'],
  ['SSH_KEY_PATH', '/root/.ssh/id_rsa'],
  ['SECRET_VERSION', '7'],
  ['TOKEN_TTL', '3600'],
  ['PASSWORD_MIN_LENGTH', '12'],
  ['DISABLE_AUTH', 'true'],
  ['SECRET_NAME', 'production/app'],
  ['CACHE_KEY', 'v1'],
  ['SORT_KEY', 'created_at'],
  ['AUTH', 'basic'],
  ['LICENSE', 'MIT'],
  ['BUNDLE_BUILD__PG', '--with-pg-config=/usr/bin/pg_config'],
  ['BUNDLE_APP_CONFIG', '/usr/local/bundle'],
  ['BUNDLE_WITHOUT', 'development:test'],
  // checksums and revisions
  ['NODE_SHA256', `${hex40}${hex40.slice(0, 24)}`],
  ['GIT_COMMIT', hex40],
  ['GITHUB_SHA', hex40],
  ['DOWNLOAD_CHECKSUM', hex40],
  ['BASE_DIGEST', `sha256:${hex40}${hex40.slice(0, 24)}`],
  ['BASE', `node@sha256:${hex40}${hex40.slice(0, 24)}`],
  ['MONKEY', 'banana'],
  ['KEYBOARD_LAYOUT', 'de'],
  ['AUTHOR', 'Jane Example'],
  ['COMPASS', 'north'],
  // references and BuildKit's own
  ['API_KEY', `\${VAULT_API_KEY}`],
  ['HTTP_PROXY', 'http://app:hunter2hunter3@proxy.example.com:3128'],
  ['BUILDKIT_SYNTAX', 'docker/dockerfile:1'],
  ['TARGETARCH', 'arm64'],
])('%s is a setting (%#)', (name, value) => {
  const { kind, reason } = classify(name, value);
  expect({ kind, reason }).toEqual({ kind: 'setting', reason: expect.stringMatching(/\w/) });
  expect(reason).not.toContain(value);
});

test('an empty value is judged by its name', () => {
  expect(classify('API_KEY', '').kind).toBe('secret');
  expect(classify('FOO', '').kind).toBe('setting');
});

test("the project's own word wins over every rule, and its reason is shown", () => {
  expect(classify('API_KEY', random, { kind: 'setting', reason: 'a demo key' })).toEqual({
    kind: 'setting',
    reason: 'a demo key',
  });
  expect(classify('PORT', '3000', { kind: 'secret' })).toEqual({
    kind: 'secret',
    reason: 'safebuild.yaml says that it is a secret',
  });
  expect(classify('PORT', '3000', { needed: 'build' }).kind).toBe('setting');
});
