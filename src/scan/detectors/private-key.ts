import { keyBytes, type PrivateKey, privateKeysIn } from '../../secrets/index.ts';
import type { Detector, Found } from './detector.ts';
import { isOneSequence, opensshCipher, startsWithSecretKeyPacket } from './key-format.ts';
import { isPublishedKey } from './published-keys.ts';

/** RSA of 16,384 bits in PEM, with every line break escaped. */
const longestPem = 16 * 1024;

/**
 * Private keys in PEM, in one piece: real line breaks, escaped ones, or indented.
 *
 * The body must be what its label says, so that documentation, cut keys and public keys are none. A key that is encrypted
 * with a passphrase is told as such, with medium confidence. Keys that everybody has are none.
 */
export const privateKey: Detector = {
  id: 'private-key',
  title: 'a private key',
  confidence: 'high',
  source: 'RFC 7468; RFC 5958; RFC 4880, 6.2; OpenSSH PROTOCOL.key',
  anchors: ['PRIVATE KEY-----', 'PRIVATE KEY BLOCK-----'],
  // for what a service account's JSON says before its key
  behind: 512,
  reach: longestPem,
  find: ({ text }) => privateKeysIn(text).flatMap((key) => found(key, text)),
};

function found(key: PrivateKey, text: string): Found[] {
  const kind = kindOf(key);
  if (kind === undefined) return [];
  const place = { start: key.start, end: key.start + key.text.length };
  if (kind === 'encrypted') return [{ ...place, confidence: 'medium', title: 'a private key with a passphrase' }];
  const before = text.slice(Math.max(0, key.start - 512), key.start);
  // https://cloud.google.com/iam/docs/keys-create-delete
  if (/"private_key"\s*:\s*"$/.test(before) && /"private_key_id"|"service_account"/.test(before))
    return [{ ...place, id: 'gcp-service-account', title: 'the key of a Google Cloud service account' }];
  return [place];
}

function kindOf(key: PrivateKey): 'plain' | 'encrypted' | undefined {
  // RFC 1421 encryption covers the whole body, which then is no ASN.1
  if (/Proc-Type:\s*4,\s*ENCRYPTED/.test(key.text)) return keyBytes(key) === undefined ? undefined : 'encrypted';
  const bytes = keyBytes(key);
  if (bytes === undefined || isPublishedKey(bytes)) return undefined;
  if (key.label === 'OPENSSH PRIVATE KEY') {
    const cipher = opensshCipher(bytes);
    return cipher === undefined ? undefined : cipher === 'none' ? 'plain' : 'encrypted';
  }
  if (key.label === 'PGP PRIVATE KEY BLOCK') return startsWithSecretKeyPacket(bytes) ? 'plain' : undefined;
  if (!isOneSequence(bytes)) return undefined;
  return key.label.startsWith('ENCRYPTED') ? 'encrypted' : 'plain';
}
