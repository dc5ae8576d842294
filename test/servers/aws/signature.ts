import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Received } from '../internet.ts';

/** An access key that the server knows. */
export interface AccessKey {
  id: string;
  secret: string;
  /** Of temporary credentials: must come along. */
  sessionToken?: string;
}

export type SignatureFault =
  | 'MissingAuthenticationTokenException'
  | 'UnrecognizedClientException'
  | 'InvalidSignatureException'
  | 'ExpiredTokenException';

const window = 15 * 60_000;

/**
 * Checks Signature Version 4 of a request to `service`; gives what AWS would answer, or the region it was signed for.
 *
 * Source: AWS IAM User Guide, "Create a signed AWS API request".
 */
export function checkSignature(
  { method, path, headers, body }: Received,
  service: string,
  keys: readonly AccessKey[],
): { region: string } | { fault: SignatureFault } {
  const parts = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
    headers.authorization ?? '',
  );
  if (parts === null) return { fault: 'MissingAuthenticationTokenException' };
  const [, credential = '', signedNames = '', signature = ''] = parts;
  const [id, day = '', region = '', named, end] = credential.split('/');
  const key = keys.find((one) => one.id === id);
  if (key === undefined) return { fault: 'UnrecognizedClientException' };
  if (headers['x-amz-security-token'] !== key.sessionToken) return { fault: 'ExpiredTokenException' };
  const date = String(headers['x-amz-date']);
  const when = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const scopeFits = named === service && end === 'aws4_request' && date.startsWith(day) && day !== '';
  if (!scopeFits || !(Math.abs(Date.now() - when) < window)) return { fault: 'InvalidSignatureException' };
  const names = signedNames.split(';');
  const required = ['host', 'x-amz-date', 'x-amz-target', ...(key.sessionToken ? ['x-amz-security-token'] : [])];
  if (!required.every((name) => names.includes(name))) return { fault: 'InvalidSignatureException' };
  const canonicalHeaders = names.map((name) => `${name}:${String(headers[name] ?? '').trim()}\n`).join('');
  const canonical = [method, path, '', canonicalHeaders, signedNames, sha256(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', date, `${day}/${region}/${service}/aws4_request`, sha256(canonical)].join('\n');
  const signingKey = [day, region, service, 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${key.secret}`);
  const expected = hmac(signingKey, toSign);
  return timingSafeEqual(expected, Buffer.from(signature, 'hex')) ? { region } : { fault: 'InvalidSignatureException' };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
