import { privateKeysIn } from '../pem.ts';
import { isPlaceholder } from '../placeholder.ts';
import { looksRandom } from '../randomness.ts';
import { settingShape } from '../setting-shapes.ts';
import { credentialsInText } from '../text-credentials.ts';
import { secretShape } from '../value-shapes.ts';
import { type Found, unquoted } from './found.ts';

/**
 * Files that people keep secrets in without a format: one token, one value a line, `NAME=value`, `name: value`,
 * `host:port:db:user:password`.
 *
 * Their name says that they hold secrets, so every value counts that is no switch, placeholder or comment.
 */
export function readPlain(text: string): Found[] {
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*(?:#|\/\/|$)/.test(line));
  if (lines.length === 1 && /^\s*\S+\s*$/.test(lines[0] ?? '') && !/[=]./.test(lines[0] ?? '')) {
    const value = (lines[0] ?? '').trim();
    return isPlaceholder(value) ? [] : [{ name: 'value', value: lastField(value) }];
  }
  return lines.flatMap((line) => {
    const [, name, raw] = /^\s*(?:export\s+)?["']?([\w.-]+)["']?\s*[=:]\s*(\S.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined && raw !== undefined) {
      const value = unquoted(raw);
      const ordinary = settingShape(value);
      return isPlaceholder(value) || ordinary !== undefined ? [] : [{ name, value: lastField(value) }];
    }
    const value = lastField(line.trim());
    return looksRandom(value) || secretShape(value) ? [{ name: 'value', value }] : [];
  });
}

// PostgreSQL's .pgpass: only the fifth field is secret.
function lastField(line: string): string {
  return passwordField(line) ?? line;
}

function passwordField(line: string): string | undefined {
  return /^[^:\s]+:(?:\d+|\*):[^:\s]*:[^:\s]*:(\S+)$/.exec(line)?.[1];
}

/** The passwords of `host:port:db:user:password` lines, told by the port. Format: PostgreSQL's .pgpass. */
export function readPasswordFields(text: string): Found[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const value = passwordField(line.trim());
    return value === undefined || isPlaceholder(value) ? [] : [{ name: 'password', value }];
  });
}

/** Private keys in PEM, OpenSSH and PuTTY form; certificates and public keys are none. */
export function readKeys(text: string): Found[] {
  if (/^PuTTY-User-Key-File-/.test(text)) return [{ name: 'private key', value: text.trim() }];
  return privateKeysIn(text).map((key) => ({ name: 'private key', value: key.text }));
}

/** URLs, headers, tokens and keys anywhere in the text: the net below every format. */
export function readFreeText(text: string): Found[] {
  return credentialsInText(text).map(({ name, title, value }) => ({
    name: name ?? title.toLowerCase().replaceAll('_', ' '),
    value,
  }));
}
