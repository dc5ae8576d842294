import { type KnownFailure, runTool, toolError } from '../client/tool.ts';
import type { ProviderHost } from '../provider.ts';
import type { OnePasswordStore } from './reference.ts';

const tool = {
  program: 'op',
  install:
    'Install the command of 1Password (https://developer.1password.com/docs/cli/get-started), or for a service account the SDK: npm install --global @1password/sdk.',
};

const failures: readonly KnownFailure[] = [
  {
    sign: /not (?:currently )?signed in|no accounts? (?:configured|found|for filter)|session expired|sign ?in to|invalid session token/i,
    message: 'The op command is not signed in to 1Password',
    hint: 'Run op signin, turn on the integration with the app, or set OP_SERVICE_ACCOUNT_TOKEN.',
  },
  {
    sign: /authorization (?:prompt dismissed|denied|timeout)|connecting to desktop app|1Password app/i,
    message: 'The 1Password app did not allow the op command to read',
    hint: 'Unlock the app, and allow the request when it asks.',
  },
  {
    sign: /service account.*(?:token|deserializ|revoked|deleted)|\b401\b|unauthorized/i,
    message: '1Password does not accept the login of the op command',
    hint: 'Put a token that is valid into OP_SERVICE_ACCOUNT_TOKEN.',
  },
  {
    sign: /more than one (?:vault|item|field|section)/i,
    message: '1Password has several that fit the reference',
    hint: 'Write ids in place of names: op item get ITEM --format json shows them.',
  },
  {
    sign: /isn't (?:a|an) (?:vault|item|field|section|file)|does not have a (?:field|section)|(?:could not|couldn't|no) (?:find|matching)?\s?(?:vault|item|field|section)|(?:vault|item|field|section|file)\b[^\n]{0,300} not found/i,
    missing: true,
    message: '1Password has no such vault, item or field',
    hint: 'Copy the reference from the app: right-click the field, Copy Secret Reference.',
  },
  {
    sign: /rate.?limit|too many requests|\b429\b/i,
    message: '1Password has had too many requests',
    hint: 'Wait a while and try again.',
  },
];

const other = {
  message: 'The op command failed',
  hint: 'Run op read with the reference in a terminal, and see what it says.',
};

/** 1Password by `op read`, which prints exactly the value with --no-newline. */
export function openCli(host: ProviderHost, account: string | undefined): OnePasswordStore {
  const words = ['read', '--no-newline', ...(account === undefined ? [] : [`--account=${account}`])];
  return {
    fetch: async ({ reference }) => {
      const { exitCode, stdout, stderr } = await runTool(host, tool, [...words, reference]);
      if (exitCode !== 0) throw toolError(stderr, failures, other);
      return { value: stdout };
    },
    close: async () => undefined,
  };
}
