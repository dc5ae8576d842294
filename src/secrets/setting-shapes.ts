import { isReference } from './placeholder.ts';
import { looksRandom } from './randomness.ts';

/** The form of an ordinary setting. */
export interface SettingShape {
  /** For a person: `the value is a path`. */
  reason: string;
  /** No password looks like this. */
  certain: boolean;
  /** Even under `API_TOKEN` or `DB_PASSWORD` such a value is taken for what it looks like; all certain ones are. */
  beatsStrongName: boolean;
}

type Row = readonly [pattern: RegExp, what: string, weight?: 'certain' | 'beatsStrongName'];

// The first match wins. A URL comes last: those with a credential are told before.
const table: readonly Row[] = [
  [/^(?:true|false|yes|no|on|off|none|null|enabled?|disabled?)$/i, 'a switch', 'certain'],
  [/^[+-]?\d{1,5}(?:\.\d+)?(?:ms|s|m|h|d|k|kb|mb|gb|%)?$/i, 'a number'],
  [/^[+-]?\d+(?:\.\d+)?$/, 'a number'],
  [/^[v^~]?\d+\.\d+(?:\.\d+)*(?:[-+][a-z0-9.]{1,16})?$/i, 'a version', 'certain'],
  [/^\d{4}-\d\d-\d\d(?:[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?$/, 'a date'],
  [/^(?:\d{1,3}\.){3}\d{1,3}(?::\d+|\/\d+)?$/, 'a network address', 'certain'],
  [/^[^\s@:/]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i, 'an e-mail address'],
  // Paths that nobody makes up as a password: below a usual folder, of small words alone, or of a usual kind of file.
  [
    /^(?:~|\.{1,2}|\/(?:app|bin|certs?|code|config|data|dev|etc|home|keys|lib|mnt|opt|private|proc|root|run|secrets?|srv|src|sys|tmp|Users|usr|var|vault|work|workdir|workspace))(?:\/[\w.@-]{1,40})+\/?$/,
    'a path',
    'beatsStrongName',
  ],
  [/^(?:\/[a-z]{1,16}(?:[-_][a-z]{1,16}){0,4}){1,8}\/?$|^\.{1,2}$/, 'a path', 'beatsStrongName'],
  [
    /^(?:(?:\.{0,2}\/)?[\w-]{1,40}|(?:\/[\w.@-]{1,40}){2,})\.(?:json|ya?ml|toml|txt|xml|env|pem|key|crt|conf|cfg|ini|properties)$/,
    'a path',
    'beatsStrongName',
  ],
  [/^(?:\/[\w.@-]{1,40}){2,}\/?$/, 'a path'],
  [/^[A-Za-z]:\\[^\s]*$/, 'a path', 'certain'],
  [/^(?:[a-z0-9-]{1,30}\.){1,6}[a-z]{2,12}(?::\d+)?$/i, 'a host name'],
  [/^[a-z][a-z0-9-]{0,40}:\d{2,5}$/i, 'a host and port'],
  [/^[a-z]{2}[-_][A-Z]{2}(?:\.UTF-?8)?$/i, 'a locale', 'certain'],
  [/^arn:aws[\w-]*:/, 'an ARN, which only names a resource', 'certain'],
  [
    /^(?:[\w./:-]+@)?(?:sha256|sha512|sha1):[0-9a-f]{32,}$|^sha(?:256|384|512)-[A-Za-z0-9+/=]{40,}$/,
    'a checksum',
    'certain',
  ],
  // https://spdx.org/licenses/
  [
    /^(?:Apache|A?GPL|LGPL|BSD|MPL|EPL|CDDL|EUPL|BUSL|CC|CC0|Artistic|OFL|BSL)-\d(?:\.\d){0,2}(?:-[A-Za-z-]{1,24})?$/,
    'the name of a license',
  ],
  [/^[a-z][a-z0-9+.-]*:\/\/\S+$/i, 'a URL without a credential', 'beatsStrongName'],
];

/** The ordinary form that a value has, if any. */
export function settingShape(value: string): SettingShape | undefined {
  if (isReference(value)) {
    return { reason: 'the value only refers to another variable', certain: true, beatsStrongName: true };
  }
  const row = table.find(([pattern]) => pattern.test(value));
  if (!row) return undefined;
  const [, what, weight] = row;
  return { reason: `the value is ${what}`, certain: weight === 'certain', beatsStrongName: weight !== undefined };
}

const words = /^[A-Za-z][a-z]*(?:[A-Z][a-z]+)*(?:[_.-][A-Za-z][a-z]*(?:[A-Z][a-z]+)*)*\d{0,3}$/;
// Only with `_` and not too long: `ABCD-EFGH-IJKL-MNOP` is how license keys are written, base32 is one long word.
const capitals = /^[A-Z]{1,10}(?:_[A-Z]{1,10})*\d{0,3}$/;

/** Whether a value is a word or an identifier: `basic`, `created_at`, `sortOrder`, `MIT`, `v1`. */
export function isPlainWord(value: string): boolean {
  return value.length <= 24 && (words.test(value) || capitals.test(value)) && !looksRandom(value);
}
