import { z } from 'zod';
import { settingsOf } from '../client/settings.ts';
import type { Fetched, Provider, ProviderHost } from '../provider.ts';
import { bytesAt } from './document.ts';
import { decrypt, encryptedFile } from './file.ts';
import { parseSops, type SopsReference } from './reference.ts';

/**
 * sops: `sops://FILE#key.path`, or `sops://FILE` for the whole file, by the `sops` command; vals' `ref+sops://` too.
 *
 * A file is decrypted once however many of its keys are asked for: the command gets it as JSON, and the key is taken from
 * that. So a string is exact to its last newline, and a key that is missing is told from a failure without guessing from
 * messages.
 */
export const sops: Provider = {
  name: 'sops',
  check: (reference) => {
    parseSops(reference);
  },
  open: (host) => {
    settingsOf(host, 'sops', z.strictObject({}));
    const documents = new Map<string, Promise<Buffer>>();
    const decryptedOnce = (reference: SopsReference, path: string): Promise<Buffer> => {
      const id = JSON.stringify([path, reference.format, reference.keys !== undefined]);
      const document = documents.get(id) ?? decrypt(host, path, reference);
      documents.set(id, document);
      return document;
    };
    return {
      fetch: (reference) => fetchFrom(host, parseSops(reference), decryptedOnce),
      close: async () => documents.clear(),
    };
  },
};

async function fetchFrom(
  host: ProviderHost,
  reference: SopsReference,
  decrypted: (reference: SopsReference, path: string) => Promise<Buffer>,
): Promise<Fetched> {
  const { path, changed } = await encryptedFile(host, reference.file);
  const document = await decrypted(reference, path);
  const value = reference.keys === undefined ? document : bytesAt(document, reference.keys, reference.file);
  return { value, ...(changed === undefined ? {} : { changed }) };
}
