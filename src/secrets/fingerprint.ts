import { wordsOf } from './names.ts';

const signatureWord = /^(?:gpg|pgp|openpgp|gpgkeys?|pgpkeys?|fingerprints?|keyserver)$/;

// Short and long key id, fingerprint of version 3 and 4 (RFC 4880, 12.2), also in groups of four as gpg shows them.
const oneFingerprint = /^(?:0x)?(?:[0-9A-F]{8}|[0-9A-F]{16}|[0-9A-F]{32}|[0-9A-F]{40})$/i;
const grouped = /^(?:[0-9A-F]{4}\s+){9}[0-9A-F]{4}$/i;

/**
 * Whether a value names public OpenPGP keys, as the Dockerfiles of official images do to check a download.
 *
 * One number alone could as well be an AES key, so the name has to speak of signatures. A list of several full
 * fingerprints needs no such name.
 */
export function isKeyFingerprint(name: string, value: string): boolean {
  const text = value.trim();
  const numbers = text.split(/[\s,]+/);
  if (wordsOf(name).some((word) => signatureWord.test(word))) {
    return grouped.test(text) || numbers.every((number) => oneFingerprint.test(number));
  }
  return numbers.length > 1 && numbers.every((number) => /^[0-9A-F]{40}$/.test(number));
}
