import { createDecipheriv, createECDH, ECDH, hkdfSync } from 'node:crypto';

const curve = 'secp256k1';
const pointBytes = 65;
const nonceBytes = 16;
const tagBytes = 16;
const prefix = 'encrypted:';

/** Whether a value of an env file is encrypted by dotenvx. */
export function isEncrypted(value: string): boolean {
  return value.startsWith(prefix);
}

/**
 * The plain text of a value that `dotenvx encrypt` wrote; undefined where the key is not the one, or the value is damaged.
 *
 * ECIES as eciesjs has it: an ephemeral public key (uncompressed, 65 bytes), nonce (16), tag (16) and text of AES-256-GCM, in
 * Base64. The key is HKDF-SHA-256 of that public key and the shared point, both uncompressed. Node gives only x of the shared
 * point, so both points with this x are tried: the tag says which one is right. `privateKey` is hexadecimal.
 */
export function decrypted(value: string, privateKey: string): Buffer | undefined {
  const sealed = Buffer.from(value.slice(prefix.length), 'base64');
  if (!/^[0-9a-f]{64}$/i.test(privateKey) || sealed.length < pointBytes + nonceBytes + tagBytes) return undefined;
  const sender = sealed.subarray(0, pointBytes);
  try {
    const own = createECDH(curve);
    own.setPrivateKey(privateKey, 'hex');
    const x = own.computeSecret(sender);
    return opened(sealed, keyFrom(sender, 2, x)) ?? opened(sealed, keyFrom(sender, 3, x));
  } catch {
    // No point of the curve, or a key out of its range; no cause, which could quote what it read.
    return undefined;
  }
}

/** `sign` is that of y in a compressed point: 2 even, 3 odd. */
function keyFrom(sender: Buffer, sign: 2 | 3, x: Buffer): Buffer {
  const shared = ECDH.convertKey(Buffer.concat([Buffer.from([sign]), x]), curve, undefined, undefined, 'uncompressed');
  return Buffer.from(hkdfSync('sha256', Buffer.concat([sender, Buffer.from(shared as Buffer)]), '', '', 32));
}

function opened(sealed: Buffer, key: Buffer): Buffer | undefined {
  const nonce = sealed.subarray(pointBytes, pointBytes + nonceBytes);
  const tag = sealed.subarray(pointBytes + nonceBytes, pointBytes + nonceBytes + tagBytes);
  const text = sealed.subarray(pointBytes + nonceBytes + tagBytes);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  decipher.setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(text), decipher.final()]);
  } catch {
    return undefined;
  }
}

/**
 * The name of the private key of an env file: its own DOTENV_PUBLIC_KEY line says which, else the file's name
 * (`.env.production`: DOTENV_PRIVATE_KEY_PRODUCTION).
 */
export function privateKeyName(fileName: string, names: readonly string[]): string {
  const suffix = names.map((name) => /^DOTENV_PUBLIC_KEY(_\w+)?$/.exec(name)).find((match) => match !== null);
  if (suffix) return `DOTENV_PRIVATE_KEY${suffix[1] ?? ''}`;
  const environment = /^\.env\.(.+)$/.exec(fileName)?.[1] ?? '';
  return environment === ''
    ? 'DOTENV_PRIVATE_KEY'
    : `DOTENV_PRIVATE_KEY_${environment.toUpperCase().replaceAll(/\W/g, '_')}`;
}
