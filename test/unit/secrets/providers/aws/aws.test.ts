import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type AskedAll, type Asking, ask, type Got, textOf } from '../../../../servers/ask.ts';
import { type AwsServer, saidByServer, startAws } from '../../../../servers/aws/server.ts';
import { type Internet, startInternet } from '../../../../servers/internet.ts';

// One process uses the real SDK for all tests of this file: it takes a second to load.

const value = 'not-a-secret-7f3a91c2d4e8';
const older = 'not-a-secret-older-55d1b0a9';
const currentId = 'aaaaaaaa-1111-4111-8111-000000000002';
const olderId = 'aaaaaaaa-1111-4111-8111-000000000001';
const key = { id: 'AKIDEXAMPLE', secret: 'not-a-secret-aws-key-7f3a91c2d4e8' };
const temporary = { id: 'ASIDEXAMPLE', secret: 'not-a-secret-temporary-key', sessionToken: 'not-a-secret-session' };
const arn = 'arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:prod/db-a1B2c3';

let server: AwsServer;
let internet: Internet;
let home: string;
let asked: AskedAll;

const secrets = {
  'prod/db': [
    { id: currentId, stages: ['AWSCURRENT'], value: JSON.stringify({ user: 'app', password: value, port: 5432 }) },
    { id: olderId, stages: ['AWSPREVIOUS'], value: older },
  ],
  '/rooted': [{ id: currentId, stages: ['AWSCURRENT'], value }],
  'binary/key': [{ id: currentId, stages: ['AWSCURRENT'], value: Uint8Array.of(0, 255, 1, 254, 10) }],
  throttled: { fault: 'ThrottlingException', times: 2 },
  'throttled/always': { fault: 'ThrottlingException' },
  denied: { fault: 'AccessDeniedException' },
  deleted: { fault: 'InvalidRequestException' },
  encrypted: { fault: 'DecryptionFailure' },
  faulty: { fault: 'InternalServiceError', status: 500 },
  unheard: { fault: 'SomethingNewException' },
};
const parameters = {
  '/app/token': { type: 'SecureString', values: [older, value], labels: { stable: 1 } },
  '/app/json': { type: 'String', values: [JSON.stringify({ token: value })] },
  plain: { type: 'StringList', values: ['one,two'] },
  '/app/denied': { fault: 'AccessDeniedException' },
  '/app/key': { fault: 'InvalidKeyId' },
} as const;

const secretReferences = [
  'aws+sm://prod/db?region=eu-west-1#password',
  'aws+sm://prod/db?region=eu-west-1#user',
  'aws+sm://prod/db?region=eu-west-1#port',
  'aws+sm://prod/db?region=eu-west-1#none',
  'aws+sm://prod/db?stage=AWSPREVIOUS',
  `aws+sm://prod/db?version=${olderId}`,
  'aws+sm://prod/db?version=bbbbbbbb-1111-4111-8111-000000000009',
  `aws+sm://${arn}#/password`,
  'aws+sm:///rooted',
  'aws+sm://binary/key',
  'aws+sm://prod/none',
  'aws+sm://throttled',
  'aws+sm://throttled/always',
  'aws+sm://denied',
  'aws+sm://deleted',
  'aws+sm://encrypted',
  'aws+sm://faulty',
  'aws+sm://unheard',
  'ref+awssecrets://prod/db?version_stage=AWSPREVIOUS',
  `ref+awssecrets:///${arn}/?region=eu-west-1#/password`,
];
const parameterReferences = [
  'aws+ssm:///app/token',
  'aws+ssm:///app/token?version=1',
  'aws+ssm:///app/token?label=stable',
  'aws+ssm:///app/token?version=9',
  'aws+ssm:///app/json#token',
  'aws+ssm:///app/none',
  'aws+ssm:///app/denied',
  'aws+ssm:///app/key',
  'aws+ssm://plain',
  'ref+awsssm://app#/token',
  'ref+awsssm://app/json?mode=singleparam#/token',
];

beforeAll(async () => {
  const region = { secrets, parameters };
  server = await startAws([key, temporary], { 'eu-west-1': region, 'ap-southeast-2': region });
  internet = await startInternet({ 'ssm.ap-southeast-2.amazonaws.com': server.reply });
  home = await mkdtemp(join(tmpdir(), 'safebuild-aws-'));
  const files = {
    config: '[profile other]\nregion = ap-southeast-2\n',
    credentials: `[other]\naws_access_key_id = ${temporary.id}\naws_secret_access_key = ${temporary.secret}\naws_session_token = ${temporary.sessionToken}\n`,
  };
  const paths = { AWS_CONFIG_FILE: join(home, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials') };
  await writeFile(paths.AWS_CONFIG_FILE, files.config);
  await writeFile(paths.AWS_SHARED_CREDENTIALS_FILE, files.credentials);
  const bare = { AWS_ENDPOINT_URL: server.url, AWS_EC2_METADATA_DISABLED: 'true' };
  const keys = { AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret };
  const env = { ...bare, ...keys, AWS_DEFAULT_REGION: 'eu-west-1' };
  const one = ['aws+sm://prod/db#password'];
  const askings: Asking[] = [
    { provider: 'awsSecretsManager', references: secretReferences, env },
    { provider: 'awsParameters', references: parameterReferences, env },
    {
      provider: 'awsSecretsManager',
      references: ['aws+sm://prod/db?profile=other#password'],
      // both at once make the SDK warn; an old Node does, too
      env: { ...bare, ...paths, ...keys, AWS_PROFILE: 'other' },
    },
    { provider: 'awsSecretsManager', references: one, env: { ...env, AWS_SECRET_ACCESS_KEY: 'another' } },
    { provider: 'awsSecretsManager', references: one, env: { ...bare, AWS_REGION: 'eu-west-1' } },
    { provider: 'awsSecretsManager', references: one, env: { ...bare, ...keys } },
    {
      provider: 'awsParameters',
      references: ['aws+ssm:///app/token?region=ap-southeast-2'],
      env: { ...keys, HTTPS_PROXY: internet.proxy },
    },
    {
      provider: 'awsSecretsManager',
      references: one,
      env: { ...env, AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_MAX_ATTEMPTS: '1' },
      settings: { aws: { region: 'sa-east-1' } },
    },
  ];
  asked = await ask(askings, { authority: internet.authority });
}, 240_000);

afterAll(async () => {
  await Promise.all([server.close(), internet.close()]);
  await rm(home, { recursive: true, force: true });
});

function got(reference: string, asking = 0): Got | undefined {
  return asked.answers[asking]?.[reference];
}

test('a field of a JSON secret comes alone, with version and date', () => {
  expect(got('aws+sm://prod/db?region=eu-west-1#password')).toEqual({
    value: Buffer.from(value).toString('base64'),
    version: currentId,
    changed: '2023-11-14T22:13:20.000Z',
  });
  expect(textOf(got('aws+sm://prod/db?region=eu-west-1#port'))).toBe('5432');
});

test('several fields of one secret cost one request', () => {
  const calls = server.calls.filter((call) => call === 'eu-west-1 secretsmanager.GetSecretValue prod/db');
  // fields of the current one; the stage, also in the spelling of vals; the id that is there; the one that is not
  expect(calls).toHaveLength(4);
});

test('a version is chosen by stage or id', () => {
  expect(textOf(got('aws+sm://prod/db?stage=AWSPREVIOUS'))).toBe(older);
  expect(textOf(got(`aws+sm://prod/db?version=${olderId}`))).toBe(older);
});

test('an ARN is asked for in its own region', () => {
  expect(textOf(got(`aws+sm://${arn}#/password`))).toBe(value);
  expect(server.calls).toContain(`ap-southeast-2 secretsmanager.GetSecretValue ${arn}`);
});

test('a name may begin with a slash', () => {
  expect(textOf(got('aws+sm:///rooted'))).toBe(value);
});

test('a binary secret comes byte by byte', () => {
  expect(Buffer.from(got('aws+sm://binary/key')?.value ?? '', 'base64')).toEqual(Buffer.of(0, 255, 1, 254, 10));
});

test("vals' spellings mean the same", () => {
  expect(textOf(got('ref+awssecrets://prod/db?version_stage=AWSPREVIOUS'))).toBe(older);
  expect(textOf(got(`ref+awssecrets:///${arn}/?region=eu-west-1#/password`))).toBe(value);
  expect(textOf(got('ref+awsssm://app#/token', 1))).toBe(value);
  expect(textOf(got('ref+awsssm://app/json?mode=singleparam#/token', 1))).toBe(value);
});

test('what was throttled is tried again', () => {
  expect(textOf(got('aws+sm://throttled'))).toBe('after-the-faults-7f3a');
});

test.each([
  ['aws+sm://prod/none', 0, 'SECRET_MISSING', 'AWS Secrets Manager has no secret prod/none in eu-west-1'],
  ['aws+sm://prod/db?version=bbbbbbbb-1111-4111-8111-000000000009', 0, 'SECRET_MISSING', 'not in that version'],
  ['aws+sm://prod/db?region=eu-west-1#none', 0, 'SECRET_MISSING', 'no field none'],
  ['aws+sm://throttled/always', 0, 'SOURCE_FAILED', 'too many requests'],
  ['aws+sm://denied', 0, 'SOURCE_FAILED', 'refused the secret denied'],
  ['aws+sm://deleted', 0, 'SOURCE_FAILED', 'not in use'],
  ['aws+sm://encrypted', 0, 'SOURCE_FAILED', 'could not decrypt'],
  ['aws+sm://faulty', 0, 'SOURCE_FAILED', 'a fault of its own'],
  ['aws+sm://unheard', 0, 'SOURCE_FAILED', 'could not be asked for the secret unheard'],
  ['aws+ssm:///app/none', 1, 'SECRET_MISSING', 'no parameter /app/none in eu-west-1'],
  ['aws+ssm:///app/token?version=9', 1, 'SECRET_MISSING', '/app/token:9'],
  ['aws+ssm:///app/denied', 1, 'SOURCE_FAILED', 'refused the parameter /app/denied'],
  ['aws+ssm:///app/key', 1, 'SOURCE_FAILED', 'could not decrypt'],
  ['aws+sm://prod/db#password', 3, 'SOURCE_FAILED', 'no credentials that AWS Secrets Manager in eu-west-1 accepts'],
  ['aws+sm://prod/db#password', 4, 'SOURCE_FAILED', 'no credentials'],
  ['aws+sm://prod/db#password', 5, 'SOURCE_FAILED', 'No region is given'],
  ['aws+sm://prod/db#password', 7, 'SOURCE_FAILED', 'AWS Secrets Manager in sa-east-1 could not be reached'],
])('%s (%i) fails as %s: %s', (reference, asking, code, message) => {
  expect(got(reference, asking)).toMatchObject({ code, message: expect.stringContaining(message) });
  expect(got(reference, asking)?.hint).not.toBe('');
});

test('a SecureString is decrypted, and comes with version and date', () => {
  expect(got('aws+ssm:///app/token', 1)).toEqual({
    value: Buffer.from(value).toString('base64'),
    version: '2',
    changed: '2023-11-14T22:13:20.000Z',
  });
});

test('a version of a parameter is chosen by number or label', () => {
  expect(textOf(got('aws+ssm:///app/token?version=1', 1))).toBe(older);
  expect(textOf(got('aws+ssm:///app/token?label=stable', 1))).toBe(older);
});

test('a parameter may hold a list, or JSON with a field', () => {
  expect(textOf(got('aws+ssm://plain', 1))).toBe('one,two');
  expect(textOf(got('aws+ssm:///app/json#token', 1))).toBe(value);
});

test("a profile of the user's files gives credentials and region", () => {
  expect(textOf(got('aws+sm://prod/db?profile=other#password', 2))).toBe(value);
});

test('AWS itself is reached by its own name, through a proxy', () => {
  expect(textOf(got('aws+ssm:///app/token?region=ap-southeast-2', 6))).toBe(value);
  expect(internet.refused).toEqual([]);
});

test('nothing that the server said is told, and the SDK prints nothing', () => {
  expect(JSON.stringify(asked.answers)).not.toContain(saidByServer);
  expect(asked.printed).toBe('');
});
