import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ask, textOf } from '../../../../servers/ask.ts';

const source = fileURLToPath(new URL('../../../../../src', import.meta.url));

let folder: string;
let silent: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safebuild-sdk-'));
  silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  silent.closeAllConnections();
  silent.close();
  await rm(folder, { recursive: true, force: true });
});

/** A copy of the sources beside which no SDK is installed. */
async function withoutSdks(name: string): Promise<string> {
  const root = join(folder, name);
  const providers = ['cloud', 'aws', 'gcp', 'azure'].map((part) => join('secrets/providers', part));
  await mkdir(join(root, 'src/secrets/providers'), { recursive: true });
  for (const part of ['errors.ts', ...providers]) {
    await cp(join(source, part), join(root, 'src', part), { recursive: true });
  }
  await mkdir(join(root, 'node_modules'));
  await symlink(join(source, '../node_modules/yaml'), join(root, 'node_modules/yaml'));
  return join(root, 'src');
}

test('an SDK that is not installed is named, and no thread keeps the process', async () => {
  const copy = await withoutSdks('bare');
  const { answers, printed } = await ask(
    [
      { provider: 'awsSecretsManager', references: ['aws+sm://db'], env: {} },
      { provider: 'awsParameters', references: ['aws+ssm:///db'], env: {} },
      { provider: 'gcp', references: ['gcp+sm://p/db'], env: {} },
      { provider: 'azure', references: ['azure+kv://vault/db'], env: {}, unclosed: true },
    ],
    { source: copy },
  );
  const got = answers.flatMap((one) => Object.values(one));
  expect(got.map(({ code }) => code)).toEqual(Array(4).fill('SOURCE_FAILED'));
  expect(got.map(({ message }) => message)).toEqual(Array(4).fill(expect.stringContaining('is not installed')));
  expect(got.map(({ hint }) => /"npm install (?!--global)([^"]*)"/.exec(hint ?? '')?.[1])).toEqual([
    '@aws-sdk/client-secrets-manager@3',
    '@aws-sdk/client-ssm@3',
    '@google-cloud/secret-manager@6',
    '@azure/keyvault-secrets@4 @azure/identity@4',
  ]);
  expect(got.every(({ hint }) => hint?.includes('"npm install --global @') === true)).toBe(true);
  expect(printed).toBe('');
}, 240_000);

test('a server that never answers holds nobody back once the host gives up', async () => {
  const { port } = silent.address() as AddressInfo;
  const keys = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'not-a-secret-key-7f3a' };
  const env = { ...keys, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, AWS_REGION: 'eu-west-1' };
  const references = ['aws+sm://db#a', 'aws+sm://db#b', 'aws+sm://other'];
  const { answers } = await ask([{ provider: 'awsSecretsManager', references, env, abortAfterMs: 1_500 }]);
  expect(Object.values(answers[0] ?? {}).map(({ code, message }) => [code, message])).toEqual(
    Array(3).fill(['SOURCE_FAILED', 'AWS Secrets Manager had not answered when the build gave up']),
  );
}, 240_000);

test('a failure that an SDK lets nobody hear of does not end the thread before the answer', async () => {
  const copy = await withoutSdks('stray');
  // a stand-in for the SDK, which has been seen to do this where there are no credentials
  const sdk = join(copy, '../node_modules/@google-cloud/secret-manager');
  await mkdir(sdk, { recursive: true });
  await writeFile(join(sdk, 'package.json'), '{"name":"@google-cloud/secret-manager","exports":"./index.js"}');
  await writeFile(
    join(sdk, 'index.js'),
    `exports.SecretManagerServiceClient = class {
      auth = { fetch() {} };
      async accessSecretVersion({ name }) {
        Promise.reject(new Error('stray'));
        await new Promise((resolve) => setTimeout(resolve, 50));
        return [{ name, payload: { data: 'not-a-secret-7f3a91c2d4e8' } }];
      }
    };`,
  );
  const { answers, printed } = await ask([{ provider: 'gcp', references: ['gcp+sm://p/db'], env: {} }], {
    source: copy,
  });
  expect(textOf(answers[0]?.['gcp+sm://p/db'])).toBe('not-a-secret-7f3a91c2d4e8');
  expect(printed).toBe('');
}, 240_000);
