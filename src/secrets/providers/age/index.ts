import { z } from 'zod';
import { sourceFailed } from '../client/failures.ts';
import { readNamed } from '../client/file.ts';
import { expectOnly, noReference, splitReference } from '../client/reference.ts';
import { settingsOf } from '../client/settings.ts';
import { type KnownFailure, runTool, toolError } from '../client/tool.ts';
import type { Fetched, Provider, ProviderHost } from '../provider.ts';
import { isAgeFile, needsPassphrase } from './header.ts';
import { type Identity, identityOf } from './identity.ts';

const form = { store: 'a file of age', form: 'age://FILE' };

const tool = { program: 'age', install: 'Install age: https://age-encryption.org, or your package manager.' };

const failures: readonly KnownFailure[] = [
  {
    sign: /no identity matched/,
    message: 'The file is encrypted for another age identity',
    hint: 'Set AGE_IDENTITY to the identity file that it is encrypted for.',
  },
  {
    sign: /no identities found|failed to parse.*identit|malformed secret key|reading ".*": /,
    message: 'The age identity cannot be used',
    hint: 'Let AGE_IDENTITY be the path of a file that age-keygen wrote, or an SSH key without a passphrase.',
  },
  {
    sign: /plugin/,
    message: 'The plugin of the age identity failed',
    hint: 'Decrypt the file with age in a terminal, and see what the plugin says.',
  },
];

const other = {
  message: 'age failed to decrypt the file',
  hint: 'Decrypt it with age in a terminal, and see what it says.',
};

// a path: a key has no place in a file that is committed
const settings = z.strictObject({
  identity: z
    .string()
    .regex(/^(?!AGE-)./)
    .optional(),
});

/**
 * age: `age://FILE`, the whole content, by the `age` command.
 *
 * Nothing may ask for a passphrase: it would ask on the terminal of whoever waits for the build.
 */
export const age: Provider = {
  name: 'age',
  check: (reference) => {
    fileOf(reference);
  },
  open: (host) => {
    const { identity: set } = settingsOf(host, 'age', settings);
    let identity: Promise<Identity> | undefined;
    return {
      fetch: async (reference) => {
        const file = fileOf(reference);
        const path = await decryptable(host.cwd, file);
        identity ??= identityOf(host, set);
        return decrypt(host, path, await identity);
      },
      close: async () => undefined,
    };
  },
};

function fileOf(reference: string): string {
  const parts = splitReference(reference, ['age'], form);
  expectOnly(parts, form);
  if (parts.path === '') throw noReference(form, 'it names no file');
  return parts.path;
}

async function decryptable(cwd: string, file: string): Promise<string> {
  const { path, bytes } = await readNamed(cwd, file);
  if (!isAgeFile(bytes)) throw sourceFailed(`${file} is not encrypted by age`, 'Encrypt it with age --recipient.');
  if (needsPassphrase(bytes)) {
    throw sourceFailed(`${file} is encrypted with a passphrase`, 'Encrypt it for a recipient, with age --recipient.');
  }
  return path;
}

async function decrypt(host: ProviderHost, path: string, { words, input }: Identity): Promise<Fetched> {
  const options = input === undefined ? {} : { input };
  const { exitCode, stdout, stderr } = await runTool(host, tool, ['--decrypt', ...words, path], options);
  if (exitCode !== 0) throw toolError(stderr, failures, other);
  return { value: stdout };
}
