import { expect, test } from '@jest/globals';
import { refuseForeignServers } from '../../../../../src/secrets/providers/sops/servers.ts';

const env = { VAULT_ADDR: 'https://vault.example.com:8200/' };

const refused = (text: string, given: Record<string, string> = env): boolean => {
  try {
    refuseForeignServers(text, given, 'secrets.yaml');
    return false;
  } catch {
    return true;
  }
};
const yaml = (address: string) => `a: ENC[x]\nsops:\n    hc_vault:\n        - vault_address: ${address}\n`;

test('a file whose key is in the Vault of VAULT_ADDR, or in none, is decrypted', () => {
  expect(refused(yaml('https://vault.example.com:8200'))).toBe(false);
  expect(refused('a: ENC[x]\nsops:\n    hc_vault: []\n    age: []\n', {})).toBe(false);
  expect(refused('TOKEN=ENC[x]\nsops_age__list_0__map_recipient=age1\n', {})).toBe(false);
});

test('a file that names another Vault is not: sops would send it the token of the user', () => {
  expect(refused(yaml('https://evil.example.net'))).toBe(true);
  expect(refused(yaml('https://vault.example.com:8200'), {})).toBe(true);
  expect(refused('{"sops":{"hc_vault":[{"vault_address":"https://evil.example.net"}]}}')).toBe(true);
  expect(refused('A=ENC[x]\nsops_hc_vault__list_0__map_vault_address=https://evil.example.net\n')).toBe(true);
  expect(refused('[sops]\nhc_vault__list_0__map_vault_address = https://evil.example.net\n')).toBe(true);
});

test('a name that is written in another way is read as sops reads it, or refused', () => {
  for (const name of [
    '"vault\\u005faddress"',
    '"vault\\x5faddress"',
    '? vault_address\n',
    '*name ',
    '!!binary dmF1bHQ=',
  ]) {
    expect(refused(`x: &name vault_address\nsops:\n  hc_vault:\n    - ${name}: https://evil.example.net\n`)).toBe(true);
  }
  expect(refused(yaml('https://vault.example.com:8200@evil.example.net'))).toBe(true);
  expect(refused(yaml('*somewhere'))).toBe(true);
});

test('a name counts in any case, and in any quotes of an INI file', () => {
  const evil = 'https://evil.example.net';
  expect(refused(`{"sops":{"hc_vault":[{"Vault_Address":"${evil}"}]}}`)).toBe(true);
  expect(refused(`{"sops":{"hc_vault":[{"VAULT_ADDRE\u017f\u017f":"${evil}"}]}}`)).toBe(true);
  expect(refused(`{"sops":{"hc_vault":[{"vault\\u005fAddress":"${evil}"}]}}`)).toBe(true);
  expect(refused(`sops_hc_vault__list_0__map_Vault_Address=${evil}\n`)).toBe(true);
  for (const quote of ['`', '"""', "'''"]) {
    expect(refused(`[sops]\n${quote}hc_vault__list_0__map_vault_address${quote} = ${evil}\n`)).toBe(true);
  }
  expect(refused('{"sops":{"hc_vault":[{"Vault_Address":"https://vault.example.com:8200"}]}}')).toBe(false);
});

test('what a reader of UTF-8 does not see, and an address that programs read differently, is refused', () => {
  const hidden = Buffer.from(`\ufeff${yaml('https://evil.example.net')}`, 'utf16le').toString();
  expect(refused(hidden)).toBe(true);
  expect(refused(yaml('https://vault.example.com:8200\\@evil.example.net'))).toBe(true);
});

test('a secret that is itself called so is none of the servers', () => {
  expect(refused('VAULT_ADDRESS=ENC[AES256_GCM,data:x,type:str]\nsops_age__list_0__map_recipient=age1\n', {})).toBe(
    false,
  );
  expect(refused('vault_address: ENC[AES256_GCM,data:x,type:str]\nsops:\n    age: []\n', {})).toBe(false);
});
