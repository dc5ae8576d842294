import { isKeyFingerprint } from '../fingerprint.ts';
import { judgeName } from '../names.ts';
import { isPlaceholder } from '../placeholder.ts';
import { settingShape } from '../setting-shapes.ts';
import { isSecretPair, secretShape } from '../value-shapes.ts';

/** A credential inside a file, under the key that the file gives it. */
export interface Found {
  name: string;
  value: string;
}

/** Reads one format; a text that does not parse gives nothing, and the search of free text has the last word. */
export type Reader = (text: string) => Found[];

/** Whether `value` under the key `name` of a credential file is a credential; a reference or placeholder is none. */
export function isCredential(name: string, value: string): boolean {
  if (isPlaceholder(value)) return false;
  if (isSecretPair(name, value) || secretShape(value) !== undefined) return true;
  return judgeName(name).says === 'secret' && settingShape(value) === undefined && !isKeyFingerprint(name, value);
}

/** The value without the quotes around it. */
export function unquoted(text: string): string {
  return text.trim().replace(/^(["'])(.*)\1$/s, '$2');
}
