import { expect, test } from '@jest/globals';
import { awsParameters, awsSecretsManager } from '../../../../../src/secrets/providers/aws/index.ts';
import { readParameterReference } from '../../../../../src/secrets/providers/aws/parameters.ts';
import { readSecretReference } from '../../../../../src/secrets/providers/aws/secrets-manager.ts';
import { azure } from '../../../../../src/secrets/providers/azure/index.ts';
import { readAzureReference } from '../../../../../src/secrets/providers/azure/reference.ts';
import { gcp } from '../../../../../src/secrets/providers/gcp/index.ts';
import { readGcpReference } from '../../../../../src/secrets/providers/gcp/reference.ts';

const version = 'aaaaaaaa-1111-4111-8111-000000000001';

test.each([
  ['aws+sm://prod/db', { id: 'prod/db' }],
  ['aws+sm://prod/db+1@x=y', { id: 'prod/db+1@x=y' }],
  ['aws+sm://prod%2Fdb?region=us-gov-west-1&profile=a%20b', { id: 'prod/db', region: 'us-gov-west-1', profile: 'a b' }],
  [`aws+sm://db?version=${version}&stage=AWSCURRENT`, { id: 'db', version, stage: 'AWSCURRENT' }],
  [`ref+awssecrets://db?version_id=${version}&version_stage=X`, { id: 'db', version, stage: 'X' }],
  ['secretref+awssecrets://db+', { id: 'db' }],
])('%s asks Secrets Manager for %o', (reference, request) => {
  expect(readSecretReference(reference).request).toEqual(request);
});

test.each([
  ['aws+ssm:///a/b', { id: '/a/b' }],
  ['aws+ssm://a/b', { id: '/a/b' }],
  ['aws+ssm://a', { id: 'a' }],
  ['aws+ssm:///a?version=3', { id: '/a:3' }],
  ['aws+ssm:///a?label=stable', { id: '/a:stable' }],
  [
    'aws+ssm://arn:aws:ssm:eu-west-1:123456789012:parameter/a',
    { id: 'arn:aws:ssm:eu-west-1:123456789012:parameter/a', region: 'eu-west-1' },
  ],
  ['ref+awsssm://a?region=eu-west-1', { id: '/a', region: 'eu-west-1' }],
  ['ref+awsssm://a?recursive=true#/b/c', { id: '/a/b/c' }],
  ['ref+awsssm://a/b?#/c', { id: '/a/b/c' }],
  ['ref+awsssm://a?mode=singleparam&version=2#/b', { id: '/a:2' }],
])('%s asks the Parameter Store for %o', (reference, request) => {
  expect(readParameterReference(reference).request).toEqual(request);
});

test.each([
  ['gcp+sm://p/n', { project: 'p', secret: 'n', version: 'latest' }, undefined],
  ['gcp+sm://p/n#latest', { project: 'p', secret: 'n', version: 'latest' }, undefined],
  ['gcp+sm://example.com:p/n?version=stable', { project: 'example.com:p', secret: 'n', version: 'stable' }, undefined],
  ['gcp+sm://p/n?version=2#a.b', { project: 'p', secret: 'n', version: '2' }, 'a.b'],
  ['gcp+sm://p/n#/3', { project: 'p', secret: 'n', version: 'latest' }, '/3'],
  ['ref+gcpsecrets://p/n#/3', { project: 'p', secret: 'n', version: 'latest' }, '/3'],
  ['ref+gcpsecrets://n', { secret: 'n', version: 'latest' }, undefined],
])('%s asks GCP for %o, field %s', (reference, request, field) => {
  const wanted = readGcpReference(reference);
  expect(wanted.request).toEqual(request);
  expect(wanted.field?.text).toBe(field);
});

test.each([
  ['azure+kv://Vault-1/n', { host: 'vault-1.vault.azure.net', secret: 'n' }],
  ['azure+kv://vault/n/', { host: 'vault.vault.azure.net', secret: 'n' }],
  ['azure+kv://v-1.vault.azure.cn/n', { host: 'v-1.vault.azure.cn', secret: 'n' }],
])('%s asks Azure for %o', (reference, request) => {
  expect(readAzureReference(reference).request).toEqual(request);
});

const pasted = 'not-a-secret-7f3a91c2d4e8';

test.each([
  [awsSecretsManager, `${pasted}`],
  [awsSecretsManager, `aws+sm://a b ${pasted}`],
  [awsSecretsManager, `aws+sm://db?${pasted}=1`],
  [awsSecretsManager, `aws+sm://db?__proto__=${pasted}`],
  [awsSecretsManager, `aws+sm://db?region=${pasted}.example.com`],
  [awsSecretsManager, `aws+sm://db?region=eu-west-1@${pasted}`],
  [awsSecretsManager, `aws+sm://db?version=${pasted}`],
  [awsSecretsManager, `aws+sm://db?stage=A&stage=${pasted}`],
  [awsSecretsManager, `aws+sm://%zz${pasted}`],
  [awsSecretsManager, `aws+sm://db#%1b[2J${pasted}`],
  [awsSecretsManager, `aws+sm://db?profile=%0a${pasted}`],
  [awsSecretsManager, `aws+sm://arn:aws:s3:eu-west-1:123456789012:secret:${pasted}`],
  [awsSecretsManager, `ref+awssecrets://db?role_arn=${pasted}`],
  [awsSecretsManager, `aws+ssm://${pasted}`],
  [awsParameters, `aws+ssm:///a?version=${pasted}`],
  [awsParameters, `aws+ssm:///a?version=1&label=${pasted}`],
  [awsParameters, `aws+ssm:///a${pasted}!`],
  [awsParameters, `aws+ssm:///a?mode=singleparam#${pasted}`],
  [awsParameters, `ref+awsssm:///a?mode=${pasted}`],
  [gcp, `gcp+sm://${pasted}`],
  [gcp, `gcp+sm://p/n/${pasted}`],
  [gcp, `gcp+sm://p/n?location=${pasted}/x`],
  [gcp, 'gcp+sm://p/n?version=1#2'],
  [gcp, `gcp+sm://p/n?trim_nl=${pasted}`],
  [gcp, `ref+gcpsecrets://p/n?fallback=${pasted}`],
  [gcp, `ref+gcpsecrets://p/n?optional=${pasted}`],
  [azure, `azure+kv://${pasted}`],
  [azure, `azure+kv://vault.example.com/${pasted}`],
  [azure, `azure+kv://vault.azure.net.example.com/${pasted}`],
  [azure, `azure+kv://vault/n/${pasted}`],
  [azure, `azure+kv://vault/n\n${pasted}`],
])('a reference of a wrong form is refused without being quoted (%#)', (provider, reference) => {
  const error = thrown(() => provider.check(reference));
  expect(error).toMatchObject({ code: 'CONFIG_INVALID', hint: expect.stringMatching(/\S/) });
  expect(`${error?.message} ${error?.hint}`).not.toContain(pasted);
});

function thrown(act: () => void): { message?: string; hint?: string } | undefined {
  try {
    act();
  } catch (error) {
    return error as { message?: string; hint?: string };
  }
  return undefined;
}
