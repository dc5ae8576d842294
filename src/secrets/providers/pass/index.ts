import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { secretMissing } from '../client/failures.ts';
import { settingsOf } from '../client/settings.ts';
import { type KnownFailure, runTool, toolError } from '../client/tool.ts';
import type { Fetched, Provider, ProviderHost } from '../provider.ts';
import { partOf } from './entry.ts';
import { type PassReference, parsePass } from './reference.ts';

const tool = { program: 'pass', install: 'Install pass: https://www.passwordstore.org.' };

const failures: readonly KnownFailure[] = [
  {
    sign: /is not in the password store/,
    missing: true,
    message: 'The password store has no such entry',
    hint: 'Run pass ls, and write the path of the entry as it stands there.',
  },
  {
    sign: /no secret key|no pinentry|inappropriate ioctl|cannot open.*tty|timeout|cancel|bad passphrase/i,
    message:
      'gpg does not decrypt the entry: its key is not on this machine, or is locked and nothing could ask for its passphrase',
    hint: 'Run pass show for this entry in a terminal once: the agent of gpg then keeps the key unlocked for a while.',
  },
];

const other = {
  message: 'pass failed to decrypt the entry',
  hint: 'Run pass show for it in a terminal, and see what it says.',
};

/** pass, the password store: `pass://PATH/TO/ENTRY[#LINE, #KEY or #*]`, by the `pass` command. */
export const pass: Provider = {
  name: 'pass',
  check: (reference) => {
    parsePass(reference);
  },
  open: (host) => {
    settingsOf(host, 'pass', z.strictObject({}));
    const entries = new Map<string, Promise<Buffer>>();
    return {
      fetch: async (reference): Promise<Fetched> => {
        const parsed = parsePass(reference);
        const entry = entries.get(parsed.entry) ?? show(host, parsed);
        entries.set(parsed.entry, entry);
        return { value: partOf(await entry, parsed) };
      },
      close: async () => entries.clear(),
    };
  },
};

async function show(host: ProviderHost, { entry }: PassReference): Promise<Buffer> {
  const store = host.env.PASSWORD_STORE_DIR || join(host.home, '.password-store');
  // for a folder, pass lists what is in it, with exit code 0
  const exists = await stat(join(store, `${entry}.gpg`)).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!exists) {
    const hint = 'Run pass ls, and write the path of the entry as it stands there.';
    throw secretMissing(`The password store has no entry ${entry}`, hint);
  }
  const { exitCode, stdout, stderr } = await runTool(host, tool, ['show', '--', entry]);
  if (exitCode !== 0) throw toolError(stderr, failures, other);
  return stdout;
}
