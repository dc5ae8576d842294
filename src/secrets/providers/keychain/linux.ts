import { secretMissing, sourceFailed } from '../client/failures.ts';
import { type KnownFailure, runTool, toolError } from '../client/tool.ts';
import type { Fetched, ProviderHost, RunResult } from '../provider.ts';
import type { KeychainReference } from './reference.ts';

const tool = {
  program: 'secret-tool',
  install: 'Install secret-tool: the package libsecret-tools on Debian and Ubuntu, libsecret elsewhere.',
};

const failures: readonly KnownFailure[] = [
  {
    sign: /autolaunch D-Bus|org\.freedesktop\.secrets|DBus\.Error|could not connect/i,
    message: 'There is no keyring in this session',
    hint: 'Run the build in a desktop session, or start a D-Bus session with gnome-keyring-daemon --unlock.',
  },
  {
    sign: /locked/i,
    message: 'The keyring is locked',
    hint: 'Unlock it, and run the build again.',
  },
];

const other = {
  message: 'secret-tool failed',
  hint: 'Run secret-tool lookup service SERVICE account ACCOUNT, and see what it says.',
};

/**
 * Looks an item up by its attributes, in both spellings that are in use: `service` with `account` (node-keytar) and `service`
 * with `username` (Python's keyring, go-keyring).
 *
 * secret-tool adds no newline where no terminal reads it.
 */
export async function lookUpInSecretService(host: ProviderHost, item: KeychainReference): Promise<Fetched> {
  const spellings = ['account', 'username'].map((name) => ['service', item.service, name, item.account]);
  for (const attributes of spellings) {
    const { exitCode, stdout, stderr } = await secretTool(host, ['lookup', ...attributes]);
    if (exitCode === 0) return { value: stdout };
    if (stderr.trim() !== '') throw toolError(stderr, failures, other);
  }
  // a lookup says nothing of an item that stays locked, as of one that is not there; a search tells them apart
  for (const attributes of spellings) {
    const { stderr } = await secretTool(host, ['search', ...attributes]);
    if (/locked/i.test(stderr)) throw sourceFailed('The keyring is locked', 'Unlock it, and run the build again.');
  }
  const hint = 'Store it with secret-tool store --label=LABEL service SERVICE account ACCOUNT.';
  throw secretMissing(`The keyring has no item of service ${item.service} and account ${item.account}`, hint);
}

// attributes are decoded by the locale
function secretTool(host: ProviderHost, words: readonly string[]): Promise<RunResult> {
  return runTool(host, tool, words, { env: { LC_ALL: 'C.UTF-8' } });
}
