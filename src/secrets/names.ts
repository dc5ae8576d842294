import { isNeverPublic, isStrongWord, secretNounIn } from './secret-words.ts';
import { behindPublicPrefix, isBuildkitArgument, isOfSettingFamily, isWellKnownSetting } from './well-known-names.ts';

/**
 * What a variable's name alone says about its value.
 *
 * `says` is absent when the name gives no hint; `strong` when no ordinary value is likely behind such a name.
 */
export interface NameVerdict {
  says?: 'secret' | 'setting' | 'public';
  strong?: boolean;
  reason: string;
}

const publicWord = /^(?:public|publishable)$/;
const descriptiveWord =
  /^(?:file|files|path|paths|dir|directory|folder|version|versions|fingerprint|checksum|sha|sha1|sha256|sha512|md5|digest|hash|integrity|commit|revision|rev|ref|branch|tag)$/;

// Behind a secret word these make it a setting about a secret: TOKEN_TTL, AUTH_MODE, KEY_NAME, KMS_KEY_ALIAS.
const aboutWord =
  /^(?:type|mode|alias|name|names|header|headers|algorithm|alg|length|len|size|bits|expiry|expires|expiration|ttl|timeout|endpoint|host|port|issuer|audience|count|limit|max|min|enabled|enable|disabled|provider|prefix|suffix|rotation|region|method|realm|strategy|format|service|domain|policy|pattern|regex|rules|reset|store|backend|driver|scope|scopes|rounds|cost|age|days|hours|minutes|seconds|required|location|url|uri|server|manager|arn)$/;

// https://bundler.io/man/bundle-config.1.html: `__` stands for a dot; the excluded ones are options of gems.
const bundlerHost = /^BUNDLE_(?!BUILD__|LOCAL__|MIRROR__)\w+__\w+$/i;

/** The words of a name in lower case: `dbPassword`, `DB_PASSWORD` and `db-password` all give `db`, `password`. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/**
 * Judges `name`; the value is not looked at.
 *
 * Starts from BuildKit's own check `SecretsUsedInArgOrEnv` and mends what it misses (camelCase, glued words, `*_PAT`,
 * `BUNDLE_*`) and what it alarms about for nothing (the false-alarm vocabulary of real Dockerfiles).
 */
export function judgeName(name: string): NameVerdict {
  const behind = behindPublicPrefix(name);
  if (behind !== undefined) return judgePublic(wordsOf(behind));
  if (isBuildkitArgument(name)) return { says: 'setting', reason: 'a build argument that BuildKit reads itself' };
  if (isWellKnownSetting(name)) return { says: 'setting', reason: 'a well-known setting' };
  const byWords = judgeWords(wordsOf(name));
  if (isOfSettingFamily(name) && !byWords.strong) return { says: 'setting', reason: 'a well-known setting' };
  return byWords.says === undefined && bundlerHost.test(name)
    ? { says: 'secret', reason: 'Bundler keeps the credentials of a gem server under such a name' }
    : byWords;
}

/** Keys, tokens and ids are made public on purpose; a password behind such a prefix is a mistake. */
function judgePublic(words: readonly string[]): NameVerdict {
  const byWords = judgeWords(words);
  return byWords.strong && words.some(isNeverPublic)
    ? { ...byWords, reason: `${byWords.reason}, although its prefix is one for public values` }
    : { says: 'public', reason: 'names with this prefix are put into the client bundle by design' };
}

function judgeWords(words: readonly string[]): NameVerdict {
  const last = words.at(-1) ?? '';
  const found = secretNounIn(words);
  if (words.some((word) => publicWord.test(word)) && !isNeverPublic(last)) {
    return { says: 'setting', reason: 'the name says that it is public' };
  }
  if (!isSecretEnd(last, found?.strong) && words.some((word) => descriptiveWord.test(word))) {
    return { says: 'setting', reason: 'the name says that it is a path, a version or a checksum' };
  }
  if (!found) return { reason: 'the name gives no hint' };
  const { noun, strong } = found;
  if (aboutWord.test(last)) {
    return { says: 'setting', reason: `the name says that it is about a ${noun}, not the ${noun} itself` };
  }
  return strong
    ? { says: 'secret', strong, reason: `the name says that it is a ${noun}` }
    : { says: 'secret', reason: `the name says that it may be a ${noun}` };
}

// FILE_STORAGE_SECRET and HASH_SALT are secrets, SECRET_FILE is a path; the hash of a password is worth hiding, that of
// a file is not.
function isSecretEnd(last: string, strong = false): boolean {
  return isStrongWord(last) || /^(?:key|salt|pepper)$/.test(last) || (strong && last === 'hash');
}
