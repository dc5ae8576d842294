import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';

// Every value is drawn anew in each run: none can be in an image for another reason.

let drawn = 0;

/** 40 characters, recognisably fake. */
export function fake(): string {
  drawn++;
  return `not-a-secret-${String(drawn).padStart(3, '0')}-${hex(12)}`.slice(0, 40);
}

export function hex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}

/** Every encoding differs from it: quotes, a backslash, blanks, what URLs and markup reserve, a letter outside ASCII. */
export function awkward(): string {
  return `not a secret/${hex(4)}"it's\\${hex(4)}+x=1&<é>$y%{z}:!${hex(4)}`;
}

export function nonAscii(): string {
  return `pässwörd-für-niemand-${hex(8)}`;
}

/** Letters of both cases and digits, as providers draw tokens; none of the words and runs that make an example of it. */
export function letters(count: number): string {
  return randomBytes(count * 2)
    .toString('base64')
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, count);
}

/** Eight characters of three classes. */
export function shortPassword(): string {
  const letter = () => String.fromCharCode(97 + ((randomBytes(1)[0] ?? 0) % 26));
  return `${letter()}${letter().toUpperCase()}7${letter()}${letter().toUpperCase()}4${letter()}${letter()}`;
}

export const hexKey = (): string => hex(32);
export const base64Key = (): string => randomBytes(48).toString('base64');
export const uuid = (): string => randomUUID();

/** RFC 4648 §6. */
export function base32Of(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const digits = (bits.match(/.{1,5}/g) ?? []).map((five) => Number.parseInt(five.padEnd(5, '0'), 2));
  const text = digits.map((digit) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[digit]).join('');
  return text.padEnd(Math.ceil(text.length / 8) * 8, '=');
}

/** A new private key of 2048 bits, in PEM with real line breaks. */
export function privateKey(): string {
  return rsa().privateKey;
}

/** A new key pair in PEM. */
export function rsa(): { privateKey: string; publicKey: string } {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}

/** A small one. */
export function ellipticKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** A service account's key file. */
export function jsonKeyFile(): string {
  const account = {
    type: 'service_account',
    project_id: 'example',
    private_key_id: hex(20),
    private_key: privateKey(),
  };
  return JSON.stringify({ ...account, client_email: 'ci@example.com' });
}
