import { expectOnly, noReference, splitReference } from '../client/reference.ts';

/** One item of a keychain. */
export interface KeychainReference {
  service: string;
  account: string;
}

const form = { store: 'the keychain', form: 'keychain://SERVICE/ACCOUNT (with %2F for a slash in the account)' };

/**
 * Reads `keychain://SERVICE/ACCOUNT`; throws `CONFIG_INVALID`.
 *
 * The last slash parts them, for services that are URLs; both are percent-decoded.
 */
export function parseKeychain(reference: string): KeychainReference {
  const parts = splitReference(reference, ['keychain'], form);
  expectOnly(parts, form);
  const slash = parts.path.lastIndexOf('/');
  const service = decoded(parts.path.slice(0, Math.max(slash, 0)));
  const account = decoded(parts.path.slice(slash + 1));
  if (service === '' || account === '') throw noReference(form, 'it has no service or no account');
  if (/^-/.test(service) || /^-/.test(account)) throw noReference(form, 'a part of it begins like a flag');
  return { service, account };
}

function decoded(text: string): string {
  try {
    const plain = decodeURIComponent(text);
    if (!/\p{Cc}/u.test(plain)) return plain;
  } catch {
    // told below
  }
  throw noReference(form, 'a % in it does not begin an encoded character');
}
