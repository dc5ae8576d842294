import { refusal, secretMissing, sourceFailed } from '../client/failures.ts';
import { dateAt, parseJson, stringAt, valueAt } from '../client/json.ts';
import { openServer, type Server } from '../client/server.ts';
import type { Fetched, ProviderHost } from '../provider.ts';
import { fieldIn, fileIn, matching } from './item.ts';
import type { OnePasswordReference, OnePasswordStore } from './reference.ts';

/** A Connect server and the token for it. */
export interface ConnectLogin {
  address: string;
  token: string;
}

const hints = {
  login: 'Put a token that is valid into OP_CONNECT_TOKEN.',
  permission: 'Give this token access to the vault.',
};

/**
 * 1Password by a Connect server: vaults and items are found by name among those that the token may see, each list and each
 * item once.
 *
 * https://developer.1password.com/docs/connect/api-reference
 */
export function openConnect(host: ProviderHost, { address, token }: ConnectLogin): OnePasswordStore {
  const server = openServer({ name: '1Password Connect', address, env: host.env, signal: host.signal });
  const answers = new Map<string, Promise<unknown>>();
  const get = (path: string): Promise<unknown> => {
    const answer = answers.get(path) ?? getJson(server, token, path);
    answers.set(path, answer);
    return answer;
  };
  return {
    fetch: async (wanted) => {
      const vault = idOf(matching(await get('/v1/vaults'), wanted.vault, 'name'), 'vault', wanted);
      const overview = matching(active(await get(`/v1/vaults/${vault}/items`)), wanted.item, 'title');
      const path = `/v1/vaults/${vault}/items/${idOf(overview, 'item', wanted)}`;
      const item = await get(path);
      const version = valueAt(item, 'version');
      const changed = dateAt(item, 'updatedAt');
      return {
        value: await valueIn(item, wanted, (file) => getContent(server, token, `${path}/files/${file}/content`)),
        ...(typeof version === 'number' ? { version: String(version) } : {}),
        ...(changed === undefined ? {} : { changed }),
      } satisfies Fetched;
    },
    close: () => {
      answers.clear();
      return server.close();
    },
  };
}

async function getContent(server: Server, token: string, path: string): Promise<Buffer> {
  const { status, body } = await server.get(path, { token });
  if (status !== 200) throw refusal('1Password Connect', status, hints);
  return body;
}

async function getJson(server: Server, token: string, path: string): Promise<unknown> {
  const answer = parseJson(await getContent(server, token, path));
  if (typeof answer !== 'object' || answer === null) throw refusal('1Password Connect', 200, hints);
  return answer;
}

const inactive = new Set(['ARCHIVED', 'DELETED']);

// an item that was archived or deleted is still listed
function active(items: unknown): unknown[] {
  return Array.isArray(items) ? items.filter((item) => !inactive.has(stringAt(item, 'state') ?? '')) : [];
}

function idOf(found: readonly unknown[], what: 'vault' | 'item', wanted: OnePasswordReference): string {
  if (found.length === 0) throw notThere(what, wanted);
  if (found.length > 1) throw ambiguous(what, wanted);
  return encodeURIComponent(stringAt(found[0], 'id') ?? '');
}

async function valueIn(
  item: unknown,
  wanted: OnePasswordReference,
  download: (file: string) => Promise<Buffer>,
): Promise<Buffer> {
  const attribute = wanted.query.get('attribute') ?? wanted.query.get('attr') ?? 'value';
  const oneTime = attribute === 'otp' || attribute === 'totp';
  if (wanted.query.has('ssh-format') || !(oneTime || attribute === 'value')) {
    throw sourceFailed('A Connect server gives values and one-time passwords only', 'Use the op command in its place.');
  }
  const fields = fieldIn(item, wanted);
  if (fields.length > 1) throw ambiguous('field', wanted);
  const value = stringAt(fields[0], oneTime ? 'totp' : 'value');
  if (value !== undefined) return Buffer.from(value);
  // a field without a value has no "value" at all
  if (fields.length === 1 && !oneTime) return Buffer.alloc(0);
  const [file, ...more] = fields.length === 0 && !oneTime ? fileIn(item, wanted) : [];
  if (more.length > 0) throw ambiguous('file', wanted);
  if (file === undefined) throw notThere('field', wanted);
  return download(encodeURIComponent(stringAt(file, 'id') ?? ''));
}

function notThere(what: string, { reference }: OnePasswordReference): Error {
  const hint = 'See that the reference is right, and that the token of the Connect server may see the vault.';
  return secretMissing(`1Password Connect has no such ${what}: ${reference}`, hint);
}

function ambiguous(what: string, { reference }: OnePasswordReference): Error {
  return sourceFailed(
    `1Password Connect has more than one such ${what}: ${reference}`,
    'Write its id in place of its name.',
  );
}
