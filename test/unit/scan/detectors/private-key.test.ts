import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { loadDetectors } from '../../../../src/scan/detectors/index.ts';
import { base64, drawn } from './fakes.ts';

const detectors = await loadDetectors();

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const edwards = generateKeyPairSync('ed25519');
const pkcs8 = edwards.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

function found(text: string): string[] {
  return detectors.detect(Buffer.from(text)).map(({ detector, confidence }) => `${detector} ${confidence}`);
}

/** PROTOCOL.key, 1, with an arbitrary private part. */
function openssh(cipher: string): string {
  const fields = [cipher, 'none', '', 1, drawn(base64, 51), drawn(base64, 136)].map((field) => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(typeof field === 'number' ? field : field.length);
    return typeof field === 'number' ? size : Buffer.concat([size, Buffer.from(field)]);
  });
  const body = Buffer.concat([Buffer.from('openssh-key-v1\0'), ...fields]).toString('base64');
  return pem('OPENSSH PRIVATE KEY', body);
}

function pem(label: string, body: string): string {
  return `-----BEGIN ${label}-----\n${body.replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`;
}

test('a key that a library carries to test itself is nobody’s secret', () => {
  // GnuTLS, lib/crypto-selftests-pk.c: GOST R 34.10.
  const body = `MEUCAQAwHAYGKoUDAgITMBIGByqFAwICIwEGByqFAwICHgEEIgQgdNfuHGmmTdPm${'p5dAa3ea9UYxpdYQPP9lbDwzQwG2bJM='}`;
  expect(found(pem('PRIVATE KEY', body))).toEqual([]);
  const another = Buffer.from(body, 'base64');
  another[another.length - 1]! ^= 1;
  expect(found(pem('PRIVATE KEY', another.toString('base64')))).toEqual(['private-key high']);
});

test.each([
  ['PKCS #8, Ed25519', pkcs8],
  ['PKCS #8, RSA', rsa.export({ type: 'pkcs8', format: 'pem' }).toString()],
  ['PKCS #1', rsa.export({ type: 'pkcs1', format: 'pem' }).toString()],
  ['SEC 1', elliptic.export({ type: 'sec1', format: 'pem' }).toString()],
  ['OpenSSH', openssh('none')],
])('a private key in %s is found, once', (_, key) => {
  expect(found(key)).toEqual(['private-key high']);
  expect(found(`\0\xff${key}\0`)).toEqual(['private-key high']);
  expect(found(key.replaceAll('\n', '\r\n'))).toEqual(['private-key high']);
  expect(found(JSON.stringify({ key }))).toEqual(['private-key high']);
  expect(found(key.replace(/^/gm, '    '))).toEqual(['private-key high']);
});

test.each([
  [
    'PKCS #8',
    rsa.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'not-a-secret' }).toString(),
  ],
  [
    'PKCS #1',
    rsa.export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'not-a-secret' }).toString(),
  ],
  ['OpenSSH', openssh('aes256-ctr')],
])('a private key with a passphrase in %s is only worth a look', (_, key) => {
  expect(found(key)).toEqual(['private-key medium']);
});

test('the key of a Google Cloud service account is told as one', () => {
  const account = {
    type: 'service_account',
    private_key_id: 'a1',
    private_key: pkcs8,
    client_email: 'a@b.example.com',
  };
  expect(found(JSON.stringify(account, null, 2))).toEqual(['gcp-service-account high']);
});

test("a Kubernetes user's key is found in its base64", () => {
  expect(found(`    client-key-data: ${Buffer.from(pkcs8.padEnd(160)).toString('base64')}\n`)).toEqual([
    'kubeconfig-key high',
  ]);
});

test.each([
  ['a public key', edwards.publicKey.export({ type: 'spki', format: 'pem' }).toString()],
  [
    'a certificate',
    pem('CERTIFICATE', Buffer.concat([Buffer.from([0x30, 0x60]), Buffer.alloc(96, 7)]).toString('base64')),
  ],
  ['a documented key', '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n'],
  ['a key of crosses', pem('RSA PRIVATE KEY', 'X'.repeat(640))],
  ['random text in the place of a key', pem('RSA PRIVATE KEY', drawn(base64, 640))],
  ['a key whose body is cut', pkcs8.replace(/.{8}\n-----END/, '\n-----END')],
  ['a key without an end', pkcs8.slice(0, 70)],
  ['code that writes keys', "const head = '-----BEGIN PRIVATE KEY-----'; const tail = '-----END PRIVATE KEY-----';"],
])('%s is no private key', (_, text) => {
  expect(found(text)).toEqual([]);
});
