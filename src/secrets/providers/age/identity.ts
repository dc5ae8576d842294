import { platform } from 'node:os';
import { join, resolve } from 'node:path';
import { readBounded } from '../../read-file.ts';
import { sourceFailed } from '../client/failures.ts';
import type { ProviderHost } from '../provider.ts';
import { isAgeFile } from './header.ts';

/** What decrypts: arguments of age, which name a file, or the key itself on its standard input. */
export interface Identity {
  words: readonly string[];
  input?: Uint8Array;
}

const maxIdentityBytes = 1024 * 1024;

const hint = 'Set AGE_IDENTITY to the path of an identity file, such as age-keygen writes.';

/**
 * The identity to decrypt with: that of `sources.age.identity`, AGE_IDENTITY, SOPS_AGE_KEY, SOPS_AGE_KEY_FILE, or the file
 * where sops looks for one.
 *
 * AGE_IDENTITY may hold a key in place of a path; a key goes to age by standard input, never by an argument. Throws
 * `SOURCE_FAILED` where there is none, and for one that age would ask a passphrase for.
 */
export async function identityOf(host: ProviderHost, set: string | undefined): Promise<Identity> {
  const { AGE_IDENTITY, SOPS_AGE_KEY, SOPS_AGE_KEY_FILE } = host.env;
  const named = set ?? (AGE_IDENTITY || undefined);
  const key = named === undefined ? SOPS_AGE_KEY || undefined : isKey(named) ? named : undefined;
  if (key !== undefined) return { words: ['--identity', '-'], input: Buffer.from(`${key}\n`) };
  const path = named ?? (SOPS_AGE_KEY_FILE || undefined) ?? usualPlace(host);
  const absolute = resolve(
    host.cwd,
    path.replace(/^~(?=\/)/, () => host.home),
  );
  const found = await readBounded(absolute, 'The age identity', maxIdentityBytes);
  if (found === undefined) throw sourceFailed('There is no age identity that can be read', hint);
  const content = found.bytes;
  if (isAgeFile(content) || isLockedSshKey(content.toString('latin1'))) {
    throw sourceFailed('The age identity is itself locked with a passphrase', `${hint} It must have no passphrase.`);
  }
  return { words: ['--identity', absolute] };
}

function isKey(text: string): boolean {
  return /^(?:AGE-SECRET-KEY-|AGE-PLUGIN-)|\n/.test(text);
}

// https://getsops.io/docs/#encrypting-using-age
function usualPlace({ env, home }: ProviderHost): string {
  const folder = platform() === 'darwin' ? join(home, 'Library', 'Application Support') : join(home, '.config');
  return join(env.XDG_CONFIG_HOME || folder, 'sops', 'age', 'keys.txt');
}

// PROTOCOL.key of OpenSSH: "openssh-key-v1\0", then the name of the cipher behind its length; "none" is no passphrase
function isLockedSshKey(text: string): boolean {
  const body = /^\s*-----BEGIN OPENSSH PRIVATE KEY-----([^-]+)/.exec(text)?.[1];
  if (body === undefined) return /^\s*-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text) && /ENCRYPTED/.test(text);
  return !Buffer.from(body, 'base64').toString('latin1').startsWith('openssh-key-v1\0\0\0\0\x04none');
}
