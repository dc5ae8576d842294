import { expectOnly, noReference, splitReference } from '../client/reference.ts';
import type { Fetched } from '../provider.ts';

/** One field, or one attached file, of an item. */
export interface OnePasswordReference {
  /** As written, for 1Password's own tools. */
  reference: string;
  /** Names or ids; 1Password takes upper and lower case for the same. */
  vault: string;
  item: string;
  section?: string;
  /** The name or id of a field, or the name of a file. */
  field: string;
  query: ReadonlyMap<string, string>;
}

/** 1Password by one of its ways in. */
export interface OnePasswordStore {
  fetch(wanted: OnePasswordReference): Promise<Fetched>;
  close(): Promise<void>;
}

const form = { store: '1Password', form: 'op://VAULT/ITEM/FIELD or op://VAULT/ITEM/SECTION/FIELD' };

/**
 * Reads a secret reference of 1Password; throws `CONFIG_INVALID`.
 *
 * https://developer.1password.com/docs/cli/secret-reference-syntax
 */
export function parseOnePassword(reference: string): OnePasswordReference {
  const parts = splitReference(reference, ['op'], form);
  expectOnly(parts, form, { query: ['attribute', 'attr', 'ssh-format'] });
  const segments = parts.path.split('/');
  if (segments.some((segment) => segment.trim() === '')) throw noReference(form, 'one of its parts is empty');
  const [vault = '', item = '', ...rest] = segments;
  const field = rest.pop();
  if (field === undefined || rest.length > 1) throw noReference(form, 'it has neither three parts nor four');
  const [section] = rest;
  return { reference, vault, item, field, query: parts.query, ...(section === undefined ? {} : { section }) };
}
