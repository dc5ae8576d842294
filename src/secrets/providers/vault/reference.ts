import { SafebuildError } from '../../../errors.ts';

/** A reference to Vault, taken apart. */
export interface VaultReference {
  /** Mount and path, percent signs decoded: `secret/team/app`. */
  path: string;
  /** The steps to one field; absent: the whole secret. */
  field?: readonly string[];
  /** Number of a version of KV v2; absent: the newest. */
  version?: string;
  /** Replaces the namespace of the settings. `root` is the root namespace. */
  namespace?: string;
  /** What vals' parameters say about server and login. */
  overrides: Overrides;
}

/** vals' parameters, by their names there (vals README, "Vault"). */
export type Overrides = Partial<Record<(typeof overrideNames)[number], string>>;

const overrideNames = [
  'address',
  'auth_method',
  'role_id',
  'username',
  'token_env',
  'token_file',
  'password_env',
  'password_file',
] as const;
const rightForm = 'Write vault://MOUNT/PATH#FIELD, e.g. vault://secret/team/app#password.';

/**
 * Reads `vault://mount/path?version=3&namespace=team#field`, or vals' `ref+vault://mount/path#/field`.
 *
 * `#field` is the name of one field, whatever it holds; `#/a/b` steps into objects. Without a fragment `vault://` means the
 * whole secret, while vals takes the last part of the path for the field, and so does `ref+vault://` here. Parameters may
 * also follow the fragment, as vals' own examples have them. Throws CONFIG_INVALID, and quotes nothing of a text that is
 * none of these.
 */
export function parseReference(text: string): VaultReference {
  const [, vals, rest = ''] = /^(ref\+)?vault:\/\/(.*)$/s.exec(text) ?? [];
  if (rest === '' || hasControl(rest)) throw invalid('a reference to Vault is not of the right form');
  // vals ends a reference within a longer text with a plus sign.
  const { path: written, query, fragment } = takeApart(vals === undefined ? rest : rest.replace(/\+$/, ''));
  const segments = decoded(written).split('/');
  if (segments.at(-1) === '') segments.pop();
  const known = readQuery(query);
  let field = fragment === '' ? undefined : steps(decoded(fragment));
  if (vals !== undefined && field === undefined && segments.length > 2) field = [segments.pop() ?? ''];
  checkSegments(segments, written);
  return { path: segments.join('/'), ...(field === undefined ? {} : { field }), ...known };
}

/** Path, query and fragment; a query that stands within the fragment counts where there is no other. */
function takeApart(rest: string): { path: string; query: string; fragment: string } {
  const [before = '', ...after] = rest.split('#');
  const [path = '', ...query] = before.split('?');
  const fragment = after.join('#');
  const late = query.length === 0 ? fragment.indexOf('?') : -1;
  // The question of trust (secrets/fetch/demands.ts) sees parameters up to the next #: none may hide behind it.
  if (late >= 0 && fragment.includes('#', late)) throw invalid('a reference to Vault has a # behind its parameters');
  return late < 0
    ? { path, query: query.join('?'), fragment }
    : { path, query: fragment.slice(late + 1), fragment: fragment.slice(0, late) };
}

function steps(fragment: string): string[] {
  const found = fragment.startsWith('/') ? fragment.slice(1).split('/') : [fragment];
  if (found.includes('')) throw invalid('a reference to Vault names a field with an empty part');
  return found;
}

function checkSegments(segments: readonly string[], written: string): void {
  // A user or a port would be somebody's URL of a server, with a password perhaps.
  if (/^[^/]*[@:]/.test(written)) throw invalid('a reference to Vault holds a server, where the mount belongs');
  if (segments.length < 2 || segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    throw invalid('a reference to Vault has no mount, no path, or an empty part');
  }
  // auth/token/lookup-self answers with the very token that asks.
  if (segments[0] === 'sys' || segments[0] === 'auth') {
    throw invalid(`a reference to Vault leads to ${segments[0]}/, which is no place for secrets of a build`);
  }
}

function readQuery(query: string): Pick<VaultReference, 'version' | 'namespace' | 'overrides'> {
  const overrides: Overrides = {};
  const known: { version?: string; namespace?: string } = {};
  for (const [name, value] of new URLSearchParams(query)) {
    if (name === 'secret_id') {
      throw new SafebuildError('CONFIG_INVALID', 'a reference to Vault holds a secret_id, which is a secret itself', {
        hint: 'Take it out, revoke it, and give a new one in the environment as VAULT_SECRET_ID.',
      });
    }
    if (value === '' || hasControl(value)) throw invalid('a parameter of a reference to Vault is empty or not text');
    const override = overrideNames.find((one) => one === name);
    if (override !== undefined) overrides[override] = value;
    else if (name === 'version' && /^[1-9]\d{0,8}$/.test(value)) known.version = value;
    else if (name === 'version') throw invalid('the version in a reference to Vault is no number from 1 on');
    else if (name === 'namespace') known.namespace = value.replace(/^\/+|\/+$/g, '');
    else throw invalid('a reference to Vault has an unknown parameter', unknownParameterHint);
  }
  return { ...known, overrides };
}

const unknownParameterHint = `Use only: version, namespace, ${overrideNames.join(', ')}.`;

function decoded(text: string): string {
  try {
    const plain = decodeURIComponent(text);
    if (!hasControl(plain)) return plain;
  } catch {
    // falls through: the error would quote the text
  }
  throw invalid('a reference to Vault has a percent sign or a byte that means nothing in a URL');
}

function hasControl(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

function invalid(what: string, hint = rightForm): SafebuildError {
  return new SafebuildError('CONFIG_INVALID', what, { hint });
}
