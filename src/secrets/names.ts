/**
 * What a variable's name alone says about its value.
 *
 * Starts from BuildKit's own check `SecretsUsedInArgOrEnv` and mends what it misses (camelCase, glued words, `*_PAT`,
 * `BUNDLE_*`) and what it alarms about for nothing (the false-alarm vocabulary of real Dockerfiles).
 */

/** `says` is absent when the name gives no hint; `strong` when no ordinary value is likely behind such a name. */
export interface NameVerdict {
  says?: 'secret' | 'setting' | 'public';
  strong?: boolean;
  reason: string;
}

const publicPrefix =
  /^(?:NEXT_PUBLIC|VITE|REACT_APP|PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|GATSBY|VUE_APP|NG_APP|STORYBOOK|PARCEL_PUBLIC|RSPRESS_PUBLIC|SNOWPACK_PUBLIC|REDWOOD_ENV|TAURI_PUBLIC)_/i;

// Build arguments that BuildKit reads itself (Docker's reference, "Predefined ARGs" and "BuildKit built-in build args").
const buildkitArgument =
  /^(?:BUILDKIT_[A-Z_]+|SOURCE_DATE_EPOCH|(?:HTTP|HTTPS|FTP|ALL|NO)_PROXY|(?:TARGET|BUILD)(?:PLATFORM|OS|OSVERSION|ARCH|VARIANT)|TARGETSTAGE)$/i;

// Variables of the machine or the client, and names that real Dockerfiles carry without harm.
const harmless = [
  /^(?:PATH|HOME|USER|USERNAME|LOGNAME|SHELL|PWD|OLDPWD|TERM|LANG|LANGUAGE|TZ|HOSTNAME|EDITOR|PAGER|DISPLAY|TMPDIR|PS1|MAIL|SHLVL)$/i,
  /^(?:LC|XDG|DBUS|GNOME|KDE|WAYLAND|npm_package|npm_lifecycle)_/i,
  /^(?:NODE_ENV|PORT|HOST|DEBUG|CI|LOG_LEVEL|RAILS_ENV|RACK_ENV|APP_ENV|ENVIRONMENT|FLASK_ENV|PYTHON\w*|DEBIAN_FRONTEND)$/i,
  /^SSH_(?:AUTH_SOCK|AGENT_PID|CLIENT|CONNECTION|TTY|ASKPASS)$|^GPG_(?:TTY|AGENT_INFO)$/i,
  /(?:^|_)GPG_KEYS?(?:_|$)|^APT_KEY_|_KEY_CHECKING$|^GPG_?KEYS?$/i,
  /^(?:ALLOW_EMPTY|RANDOM_ROOT)_PASSWORD$|_(?:ALLOW_EMPTY|RANDOM_ROOT)_PASSWORD$/i,
  /^TOKENIZERS?_|_DUMMY$/i,
];

const publicWord = /^(?:public|publishable)$/;
const descriptiveWord =
  /^(?:file|files|path|paths|dir|directory|folder|version|versions|fingerprint|checksum|sha|sha1|sha256|sha512|md5|digest|hash|integrity|commit|revision|rev|ref|branch|tag)$/;

// Behind a secret word these make it a setting about a secret: TOKEN_TTL, AUTH_MODE, KEY_NAME, KMS_KEY_ALIAS.
const aboutWord =
  /^(?:type|mode|alias|name|names|header|headers|algorithm|alg|length|len|size|bits|expiry|expires|expiration|ttl|timeout|endpoint|host|port|issuer|audience|count|limit|max|min|enabled|enable|disabled|provider|prefix|suffix|rotation|region|method|realm|strategy|format|service|domain|policy|store|backend|driver|scope|scopes|rounds|cost|age|days|hours|minutes|seconds|required|location|url|uri|server|manager|arn)$/;

const strongWords = new Set([
  'password',
  'passwd',
  'passphrase',
  'pword',
  'psw',
  'pwd',
  'pass',
  'secret',
  'secrets',
  'token',
  'apikey',
  'credential',
  'credentials',
  'privatekey',
  'secretkey',
  'accesskey',
  'authtoken',
  'accesstoken',
  'pat',
  'jwt',
  'clientsecret',
]);
const weakWords = new Set([
  'auth',
  'key',
  'creds',
  'cred',
  'dsn',
  'salt',
  'cookie',
  'signature',
  'webhook',
  'license',
  'licence',
  'pin',
]);

// https://bundler.io/man/bundle-config.1.html: `__` stands for a dot; the excluded ones are options of gems.
const bundlerHost = /^BUNDLE_(?!BUILD__|LOCAL__|MIRROR__)\w+__\w+$/i;

const gluedWord =
  /(?:secret|token|password|passwd|passphrase|apikey|privatekey|secretkey|accesskey|masterkey|credentials?)$/;
const strongPair =
  /(?:^|_)(?:api|private|secret|access|master|encryption|signing|auth|deploy|ssh|service_role|account|session)_key(?:_|$)/;

/** The words of a name in lower case: `dbPassword`, `DB_PASSWORD` and `db-password` all give `db`, `password`. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** Whether BuildKit itself reads this build argument, so that it can never become a secret mount. */
export function isBuildkitArgument(name: string): boolean {
  return buildkitArgument.test(name);
}

/** Judges `name`; the value is not looked at. */
export function judgeName(name: string): NameVerdict {
  if (publicPrefix.test(name)) {
    return { says: 'public', reason: 'names with this prefix are put into the client bundle by design' };
  }
  if (isBuildkitArgument(name)) return { says: 'setting', reason: 'a build argument that BuildKit reads itself' };
  if (harmless.some((pattern) => pattern.test(name))) return { says: 'setting', reason: 'a well-known setting' };
  const byWords = judgeWords(wordsOf(name));
  return byWords.says === undefined && bundlerHost.test(name)
    ? { says: 'secret', reason: 'Bundler keeps the credentials of a gem server under such a name' }
    : byWords;
}

function judgeWords(words: readonly string[]): NameVerdict {
  const last = words.at(-1) ?? '';
  const strong = words.find(isStrong) ?? (strongPair.test(words.join('_')) ? 'key' : undefined);
  const found = strong ?? words.find((word) => weakWords.has(word));
  const hint = found === undefined ? undefined : noun(found);
  if (words.some((word) => publicWord.test(word)))
    return { says: 'setting', reason: 'the name says that it is public' };
  // FILE_STORAGE_SECRET is a secret, SECRET_FILE is a path; the hash of a password is worth hiding, that of a file is not.
  const ends = isStrong(last) || (strong !== undefined && /^(?:key|hash)$/.test(last));
  if (!ends && words.some((word) => descriptiveWord.test(word))) {
    return { says: 'setting', reason: 'the name says that it is a path, a version or a checksum' };
  }
  if (hint !== undefined && aboutWord.test(last)) {
    return { says: 'setting', reason: `the name says that it is about a ${hint}, not the ${hint} itself` };
  }
  if (strong !== undefined) return { says: 'secret', strong: true, reason: `the name says that it is a ${hint}` };
  return hint === undefined
    ? { reason: 'the name gives no hint' }
    : { says: 'secret', reason: `the name says that it may be a ${hint}` };
}

const nouns: Readonly<Record<string, string>> = {
  passwd: 'password',
  pword: 'password',
  psw: 'password',
  pwd: 'password',
  pass: 'password',
  pat: 'personal access token',
  jwt: 'web token',
  apikey: 'key',
  dsn: 'data source with a key in it',
  cred: 'credential',
  creds: 'credential',
  credentials: 'credential',
  secrets: 'secret',
  auth: 'credential',
};

function noun(word: string): string {
  const end = gluedWord.exec(word)?.[0] ?? word;
  return nouns[end] ?? end;
}

function isStrong(word: string): boolean {
  return strongWords.has(word) || gluedWord.test(word);
}
