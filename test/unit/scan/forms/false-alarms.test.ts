import { createHash, generateKeyPairSync } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { needlesOf } from '../../../../src/scan/forms/index.ts';
import { compileSearch } from '../../../../src/scan/search.ts';
import { secret } from '../secrets.ts';

const drawn = (label: string): string => createHash('sha256').update(`not a secret: ${label}`).digest('base64url');
const uuid = '7f3a91c2-d4e8-4a11-9b0e-0123456789ab';

/** One value of each kind that has forms of its own. */
const values = [
  drawn('token'),
  `ghp_${drawn('github').replace(/\W/g, '').slice(0, 36)}`,
  createHash('md5').update('not a secret').digest('hex'),
  uuid,
  'NOTASECRET7FAKEONE234567',
  Buffer.from('not-a-secret-7f3a91c2d4e8').toString('base64'),
  'not a "secret" <&\'/\\+=?~*é€> 7f3a91c2d4e8',
  'sixlet',
];
const search = compileSearch(values.map((value, index) => secret(`SECRET_${index}`, value)));
const found = (bytes: Uint8Array): string[] => search.matches(bytes).map(({ secret: name, form }) => `${name} ${form}`);

test('random bytes, and texts that are no secret, hold none', () => {
  const noise = fc.oneof(
    fc.uint8Array({ minLength: 200, maxLength: 4000 }),
    fc.base64String({ minLength: 200, maxLength: 4000 }).map((text) => Buffer.from(text)),
    fc.string({ unit: 'grapheme', minLength: 200, maxLength: 2000 }).map((text) => Buffer.from(text)),
    fc.array(fc.uuid(), { minLength: 20 }).map((ids) => Buffer.from(ids.join('\n'))),
    fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(noise, (bytes) => expect(found(bytes)).toEqual([])),
    { numRuns: 200 },
  );
});

test('what is made from a value and does not give it back is no hit', () => {
  for (const value of values) {
    for (const algorithm of ['md5', 'sha1', 'sha256', 'sha512']) {
      for (const encoding of ['hex', 'base64', 'base64url'] as const)
        expect(found(Buffer.from(createHash(algorithm).update(value).digest(encoding)))).toEqual([]);
    }
    expect(found(Buffer.from(value.split('').reverse().join('')))).toEqual([]);
    expect(found(Buffer.from('x'.repeat(value.length)))).toEqual([]);
    // the first and the last few characters, as consoles show tokens
    if (value.length > 8) expect(found(Buffer.from(`${value.slice(0, 4)}…${value.slice(-4)}`))).toEqual([]);
  }
});

test('the same names with other values are no hit', () => {
  const example = values.map((_, index) => `SECRET_${index}=${drawn(`another ${index}`)}`).join('\n');
  expect(found(Buffer.from(`${example}\nSECRET_0=<your token>\nSECRET_0=\n`))).toEqual([]);
});

test('the public half of a key, and other keys, are no hit', () => {
  const make = (): { publicKey: string; privateKey: string } =>
    generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
  const own = make();
  const keys = compileSearch([secret('KEY', own.privateKey)]);
  expect(keys.matches(Buffer.from(own.privateKey))).not.toEqual([]);
  expect(keys.matches(Buffer.from(own.publicKey))).toEqual([]);
  expect(keys.matches(Buffer.from(make().privateKey))).toEqual([]);
});

test('no form of a value of 8 bytes or more is shorter than 8 bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 8, maxLength: 40 }), (value) => {
      const text = value.trim();
      fc.pre(Buffer.byteLength(text) >= 8);
      for (const { bytes, form } of needlesOf(Buffer.from(text)).needles)
        expect([form, bytes.length >= 8]).toEqual([form, true]);
    }),
    { numRuns: 100 },
  );
});
