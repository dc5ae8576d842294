import { platform } from 'node:os';
import { z } from 'zod';
import { sourceFailed } from '../client/failures.ts';
import { settingsOf } from '../client/settings.ts';
import type { Fetched, Provider, ProviderHost } from '../provider.ts';
import { lookUpInSecretService } from './linux.ts';
import { lookUpInKeychain } from './macos.ts';
import { type KeychainReference, parseKeychain } from './reference.ts';

/**
 * The keychain of the operating system: `keychain://SERVICE/ACCOUNT`.
 *
 * On macOS by `security`, elsewhere by `secret-tool` of the Secret Service (GNOME Keyring, KWallet, KeePassXC). Not on
 * Windows: it has no command that gives out what its Credential Manager holds.
 */
export const keychain: Provider = keychainOn(platform());

/** The same for a named platform. */
export function keychainOn(system: NodeJS.Platform): Provider {
  return {
    name: 'the keychain',
    check: (reference) => {
      parseKeychain(reference);
    },
    open: (host) => {
      settingsOf(host, 'keychain', z.strictObject({}));
      return { fetch: (reference) => lookUp(system, host, parseKeychain(reference)), close: async () => undefined };
    },
  };
}

async function lookUp(system: NodeJS.Platform, host: ProviderHost, item: KeychainReference): Promise<Fetched> {
  if (system === 'darwin') return lookUpInKeychain(host, item);
  if (system !== 'win32') return lookUpInSecretService(host, item);
  throw sourceFailed(
    'The keychain of Windows is not supported',
    'Take the secret from another source, such as env:NAME.',
  );
}
