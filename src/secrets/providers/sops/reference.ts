import { expectOnly, noReference, splitReference } from '../client/reference.ts';

/** One value of an encrypted file, or all of it. */
export interface SopsReference {
  /** As written: relative to the folder of the build. */
  file: string;
  /** Names of maps and indexes of lists, outermost first; absent for the whole file. */
  keys?: readonly string[];
  /** In place of the one that the file's name tells: `yaml`, `json`, `dotenv`, `ini`, `binary`. */
  format?: string;
}

const form = {
  store: 'a file of sops',
  form: 'sops://FILE#key.path, sops://FILE#/key/path, or sops://FILE for all of it',
};
const formats = ['yaml', 'json', 'dotenv', 'ini', 'binary'];

/**
 * Reads `sops://FILE[?format=FORMAT][#KEYS]` and vals' `ref+sops://FILE?format=FORMAT#/KEYS`; throws `CONFIG_INVALID`.
 *
 * Keys are parted by dots, or by slashes where the first character is one, for keys that have dots.
 */
export function parseSops(reference: string): SopsReference {
  const parts = splitReference(reference, ['sops', 'ref+sops'], form);
  // https://github.com/helmfile/vals#sops
  expectOnly(parts, form, { query: ['format', 'key_type'], fragment: true });
  if (parts.path === '') throw noReference(form, 'it names no file');
  if ((parts.query.get('key_type') ?? 'filepath') !== 'filepath') {
    throw noReference(form, 'of ?key_type= only filepath is taken');
  }
  const format = parts.query.get('format');
  if (format !== undefined && !formats.includes(format)) throw noReference(form, 'its ?format= is not one of sops');
  const keys = parts.fragment === undefined ? undefined : keysOf(parts.fragment);
  return { file: parts.path, ...(keys === undefined ? {} : { keys }), ...(format === undefined ? {} : { format }) };
}

function keysOf(fragment: string): string[] {
  const keys = fragment.startsWith('/') ? fragment.slice(1).split('/') : fragment.split('.');
  if (keys.includes('')) throw noReference(form, 'one of the keys after # is empty');
  return keys;
}
