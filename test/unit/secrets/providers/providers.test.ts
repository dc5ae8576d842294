import { expect, test } from '@jest/globals';
import { providerFor } from '../../../../src/secrets/providers/providers.ts';

const examples: Readonly<Record<string, string>> = {
  'vault://kv/app#token': 'Vault',
  'ref+vault://kv/app#/token': 'Vault',
  'aws+sm://app/token': 'AWS Secrets Manager',
  'ref+awssecrets://app/token': 'AWS Secrets Manager',
  'aws+ssm://app/token': 'AWS Systems Manager',
  'ref+awsssm://app/token': 'AWS Systems Manager',
  'gcp+sm://project/token': 'Google Secret Manager',
  'ref+gcpsecrets://project/token': 'Google Secret Manager',
  'azure+kv://my-vault/token': 'Azure Key Vault',
  'ref+azurekeyvault://my-vault/token': 'Azure Key Vault',
  'op://vault/item/field': '1Password',
  'doppler://project/config/TOKEN': 'Doppler',
  'infisical://project/dev/TOKEN': 'Infisical',
  'bws://be8e0ad8-d545-4017-a55a-b02f014d4158': 'Bitwarden',
  'sops://secrets.yaml#token': 'sops',
  'ref+sops://secrets.yaml#/token': 'sops',
  'age://token.age': 'age',
  'pass://team/token': 'pass',
  'keychain://service/account': 'the keychain',
  'env:TOKEN': 'the environment',
  'file:token.txt': 'a file',
  'exec:get-token': 'a program',
};

test.each(Object.entries(examples))('%s asks %s, which takes it for well formed', async (reference, title) => {
  const entry = providerFor(reference);
  expect(entry.title).toBe(title);
  (await entry.load()).check(reference);
});

test.each(['', 'not-a-secret-7f3a91c2d4e8', 'https://example.com', 'vault:kv', 'env:', 'Env:A', 'env: A', ' env:A'])(
  '%j is no reference, and is not quoted',
  (text) => {
    expect(() => providerFor(text)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: 'what stands where a reference belongs is none' }),
    );
  },
);
