import { createHash, createHmac, createPublicKey, pbkdf2Sync, randomBytes, scryptSync } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type Case, isCommon } from './case.ts';
import { fake, privateKey, rsa } from './values.ts';

/** What looks like one of the values and is none: a search that is right says nothing about any of it. */
export function twinsOf(cases: readonly Case[], secretKey: string): Map<string, Buffer> {
  const token = fake();
  const files: Record<string, string | Buffer> = {
    'another-value.env': cases.map(({ name }) => `${name ?? 'OTHER'}=${fake()}\n`).join(''),
    '.env.example': cases.map(({ name }) => `${name ?? 'OTHER'}=\n`).join(''),
    'names.txt': cases.map(({ name }) => `${name ?? ''} is needed\n`).join(''),
    'names.js': cases.map(({ name }) => `process.env.${name ?? 'OTHER'};\n`).join(''),
    'hashes.txt': perValue(cases, hashes),
    'one-character-changed.txt': perValue(cases, changed),
    'first-characters.txt': perValue(cases, (value) => (value.length > 10 ? value.slice(0, 5) : '')),
    'reversed.txt': perValue(cases, (value) => [...value].reverse().join('')),
    'public-key.pem': publicKeyOf(secretKey),
    'public-key.der': createPublicKey(secretKey).export({ type: 'spki', format: 'der' }),
    'certificate.pem': certificateOf(secretKey),
    // other people's, in the tests of a package
    'app/node_modules/tls/test/key.pem': privateKey(),
    'documentation.md': `Set TOKEN to your token (\`ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\`, \`${'x'.repeat(40)}\`).\n`,
    'aws.md':
      'AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\nAWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n',
    'weak.txt': 'postgres is a database; image: postgres:17\nPOSTGRES_USER=postgres\nuser: administrator\n',
    'interrupted.txt': `${token.slice(0, 20)} and ${token.slice(20)}\n`,
    'digests.txt': perValue(cases, digests),
    'other.yaml': `data:\n  release: ${gzipSync(`token: ${fake()}\n`).toString('base64')}\n`,
    program: programOf(`token: ${fake()}\n`),
    'noise.txt': randomBytes(1024 * 1024).toString('base64'),
    'noise.bin': randomBytes(20 * 1024 * 1024),
  };
  return new Map(Object.entries(files).map(([path, content]) => [`twins/${path}`, Buffer.from(content)]));
}

/** A program with another value in it, and with magic numbers that nothing begins with. */
function programOf(text: string): Buffer {
  const magics = [
    '\x1f\x8b\x08\0',
    'x\x9c\xed',
    '\xfd7zXZ\0',
    '\x28\xb5\x2f\xfd\x04',
    'PK\x03\x04',
    'BZh91AY&SY',
    'hsqs',
  ];
  const parts = magics.map((magic) => Buffer.concat([Buffer.from(magic, 'latin1'), randomBytes(2000)]));
  return Buffer.concat([
    Buffer.from('\x7fELF\x02\x01\x01', 'latin1'),
    Buffer.alloc(57),
    ...parts,
    gzipSync(text),
    ...parts,
  ]);
}

function perValue(cases: readonly Case[], write: (value: string) => string): string {
  return cases
    .filter(({ value, name }) => name !== undefined && !isCommon(value) && !/\n|:\/\/|^{/.test(value))
    .map(({ value }) => `${write(value)}\n`)
    .join('');
}

function hashes(value: string): string {
  const salt = Buffer.from('salt');
  return [
    createHash('sha256').update(value).digest('hex'),
    createHash('sha1').update(value).digest('base64'),
    createHmac('sha256', 'key').update(value).digest('hex'),
    pbkdf2Sync(value, salt, 1, 32, 'sha256').toString('hex'),
    `$scrypt$${scryptSync(value, salt, 32, { N: 2 }).toString('base64')}`,
  ].join(' ');
}

/** Words that are as long as an encoded archive, and none. */
function digests(value: string): string {
  const digest = createHash('sha512').update(value);
  return `sha512-${digest.copy().digest('base64')} ${digest.digest('hex')}`;
}

/** One character in the middle of what is drawn: neither side is long enough to be a truncated copy. */
function changed(value: string): string {
  const drawn = value.startsWith('not-a-secret-') ? 13 : 0;
  const at = Math.floor((drawn + value.length) / 2);
  return `${value.slice(0, at)}${value[at] === 'Z' ? 'Y' : 'Z'}${value.slice(at + 1)}`;
}

function publicKeyOf(key: string): string {
  return createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
}

/** Not signed by anybody, but with the parts of a certificate that come from the key. */
function certificateOf(key: string): string {
  const body = createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64');
  const other = createPublicKey(rsa().publicKey).export({ type: 'spki', format: 'der' }).toString('base64');
  const lines = `${body}${other}`.replace(/=/g, '').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
