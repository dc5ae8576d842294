import { createSign, generateKeyPairSync } from 'node:crypto';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The key of the issuer, as PEM. */
export const issuerKey = publicKey.export({ type: 'spki', format: 'pem' }).toString();

/** A JWT of a CI system, signed with RS256 for the next ten minutes. */
export function idToken(claims: Record<string, unknown>, { key = privateKey } = {}): string {
  const now = Math.floor(Date.now() / 1000);
  const all = { iss: 'https://ci.example.com', sub: 'project:app', iat: now, nbf: now - 60, exp: now + 600, ...claims };
  const [head, body] = [{ alg: 'RS256', typ: 'JWT' }, all].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const signature = createSign('RSA-SHA256').update(`${head}.${body}`).sign(key).toString('base64url');
  return `${head}.${body}.${signature}`;
}

/** A JWT with the same claims that the issuer did not sign. */
export function forgedToken(claims: Record<string, unknown>): string {
  return idToken(claims, { key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey });
}
