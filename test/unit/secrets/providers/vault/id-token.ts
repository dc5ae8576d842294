import { generateKeyPairSync, sign } from 'node:crypto';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** The key of the issuer, as PEM. */
export const issuerKey = publicKey.export({ type: 'spki', format: 'pem' }).toString();

/** A JWT of a CI system, signed with ES256 for the next ten minutes. */
export function idToken(claims: Record<string, unknown>, { key = privateKey } = {}): string {
  const now = Math.floor(Date.now() / 1000);
  const all = { iss: 'https://ci.example.com', sub: 'project:app', iat: now, nbf: now - 60, exp: now + 600, ...claims };
  const [head, body] = [{ alg: 'ES256', typ: 'JWT' }, all].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const signature = sign('sha256', Buffer.from(`${head}.${body}`), { key, dsaEncoding: 'ieee-p1363' });
  return `${head}.${body}.${signature.toString('base64url')}`;
}

/** A JWT with the same claims that the issuer did not sign. */
export function forgedToken(claims: Record<string, unknown>): string {
  return idToken(claims, { key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey });
}
