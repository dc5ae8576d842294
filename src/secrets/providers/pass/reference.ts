import { expectOnly, noReference, splitReference } from '../client/reference.ts';

/** One part of an entry of the password store. */
export interface PassReference {
  /** Its path without `.gpg`. */
  entry: string;
  /** The number of a line, from 1; the key of a `key: value` line; or `all` of the entry. Absent: the entry's only line. */
  part?: { line: number } | { key: string } | 'all';
}

const form = {
  store: 'the password store',
  form: 'pass://PATH/TO/ENTRY, with #1 for its first line, #KEY for a "KEY: value" line, or #* for all of it',
};

/** Reads `pass://PATH/TO/ENTRY[#LINE|#KEY|#*]`; throws `CONFIG_INVALID`. */
export function parsePass(reference: string): PassReference {
  const parts = splitReference(reference, ['pass'], form);
  expectOnly(parts, form, { fragment: true });
  const names = parts.path.split('/');
  if (names.some((name) => name === '' || name === '.' || name === '..')) {
    throw noReference(form, 'its path is not that of an entry');
  }
  if (parts.path.startsWith('-')) throw noReference(form, 'its path begins like a flag');
  const { fragment } = parts;
  if (fragment === undefined) return { entry: parts.path };
  if (fragment === '*') return { entry: parts.path, part: 'all' };
  if (fragment === '' || fragment === '0') throw noReference(form, 'what follows # is neither a line nor a key');
  const part = /^\d{1,6}$/.test(fragment) ? { line: Number(fragment) } : { key: fragment };
  return { entry: parts.path, part };
}
