import { secretMissing, sourceFailed } from '../client/failures.ts';
import { dateAt, parseJson, stringAt } from '../client/json.ts';
import { expectOnly, noReference, splitReference } from '../client/reference.ts';
import { type KnownFailure, runTool, toolError } from '../client/tool.ts';
import type { Fetched, Provider, ProviderHost } from '../provider.ts';

const form = { store: 'Bitwarden Secrets Manager', form: 'bws://ID, the UUID of the secret' };

const tool = {
  program: 'bws',
  install: 'Install bws, the command of Bitwarden Secrets Manager: https://bitwarden.com/help/secrets-manager-cli/.',
};

const tokenHint = 'Put an access token of a machine account into BWS_ACCESS_TOKEN.';

// crates/bws of bitwarden/sdk-sm: messages and the server's own status, which it prints in brackets
const failures: readonly KnownFailure[] = [
  { sign: /missing access token/i, message: 'bws has no access token', hint: tokenHint },
  {
    sign: /invalid_client|\[401 |wrong version|access token is (?:not in a valid|invalid)|invalid access token/i,
    message: 'Bitwarden does not accept the access token',
    hint: `${tokenHint} See that BWS_SERVER_URL is where the account is.`,
  },
  {
    sign: /\[429 /,
    message: 'Bitwarden has had too many requests',
    hint: 'Wait a minute and try again.',
  },
];

const other = { message: 'bws failed', hint: 'Run bws project list, and see what it says.' };

/**
 * Bitwarden Secrets Manager: `bws://ID`, by its `bws` command, with `BWS_ACCESS_TOKEN`.
 *
 * The server answers 404 for a secret that the machine account may not see, too.
 */
export const bitwarden: Provider = {
  name: 'Bitwarden',
  check: (reference) => {
    idOf(reference);
  },
  open: (host) => ({ fetch: (reference) => get(host, idOf(reference)), close: async () => undefined }),
};

function idOf(reference: string): string {
  const parts = splitReference(reference, ['bws'], form);
  expectOnly(parts, form);
  // an access token is written 0.UUID.SECRET:KEY, which is why nothing but a UUID is taken, and none is quoted
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(parts.path)) throw noReference(form, 'it is not a UUID');
  return parts.path.toLowerCase();
}

async function get(host: ProviderHost, id: string): Promise<Fetched> {
  const { exitCode, stdout, stderr } = await runTool(host, tool, ['secret', 'get', id, '--output=json', '--color=no']);
  if (exitCode !== 0) {
    if (/\[404 /.test(stderr)) throw notThere(id);
    throw toolError(stderr, failures, other);
  }
  const answer = parseJson(stdout);
  const value = stringAt(answer, 'value');
  if (value === undefined) throw sourceFailed('bws gives no value', 'Bring bws up to date.');
  const changed = dateAt(answer, 'revisionDate');
  return { value: Buffer.from(value), ...(changed === undefined ? {} : { changed }) };
}

function notThere(id: string): Error {
  const hint = 'See that the ID is right, and that the machine account may read the project of the secret.';
  return secretMissing(`Bitwarden has no secret ${id}`, hint);
}
