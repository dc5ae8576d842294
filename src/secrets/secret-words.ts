// No ordinary value is likely behind these.
const strongWords = new Set(
  `password passwd passphrase passcode pword psw pwd pass secret secrets token apikey credential credentials privatekey
  secretkey accesskey authtoken accesstoken pat jwt clientsecret mnemonic`.split(/\s+/),
);
// Behind these stand ordinary values as often.
const weakWords = new Set(
  'auth key creds cred dsn salt pepper cookie signature webhook license licence pin otp totp'.split(' '),
);

const gluedWord =
  /(?:secret|token|password|passwd|passphrase|apikey|privatekey|secretkey|accesskey|masterkey|credentials?)$/;

// Words that only together name a secret, joined by `_`.
const strongGroups: readonly { pattern: RegExp; noun: string }[] = [
  {
    pattern:
      /(?:^|_)(?:api|private|secret|access|master|encryption|decryption|signing|auth|deploy|ssh|service_role|account|session|aes|hmac)_key(?:_|$)/,
    noun: 'key',
  },
  { pattern: /(?:^|_)(?:otp|totp|hotp|mfa|2fa|wallet|recovery)_seed(?:_|$)/, noun: 'seed' },
  { pattern: /(?:^|_)(?:seed|recovery|backup)_(?:phrase|words)(?:_|$)/, noun: 'seed phrase' },
  { pattern: /(?:^|_)(?:access|recovery|backup|unlock|pin)_codes?(?:_|$)/, noun: 'access code' },
  // Not LED_PIN=13 and its like.
  { pattern: /(?:^|_)(?:user|admin|access|card|sim|login|security|hsm|unlock|account)_pin(?:_|$)|^pin$/, noun: 'PIN' },
];

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
  mnemonic: 'seed phrase',
  otp: 'one-time password',
  totp: 'one-time password',
  pin: 'PIN',
  auth: 'credential',
};

const neverPublic = new Set(['password', 'passphrase', 'passcode', 'secret', 'secretkey', 'private', 'privatekey']);

/** Whether no ordinary value is likely behind a name with this word in it; `dbpassword` counts as `password`. */
export function isStrongWord(word: string): boolean {
  return strongWords.has(word) || gluedWord.test(word);
}

/** Whether nobody gives the thing away on purpose, as they do with keys, tokens and ids for the browser. */
export function isNeverPublic(word: string): boolean {
  return neverPublic.has(noun(word));
}

/** What the words of a name say that the value is, in words for a person: `password`, `key`, `seed phrase`. */
export function secretNounIn(words: readonly string[]): { noun: string; strong: boolean } | undefined {
  const strong = words.find(isStrongWord);
  if (strong !== undefined) return { noun: noun(strong), strong: true };
  const group = strongGroups.find(({ pattern }) => pattern.test(words.join('_')));
  if (group) return { noun: group.noun, strong: true };
  const weak = words.find((word) => weakWords.has(word));
  return weak === undefined ? undefined : { noun: noun(weak), strong: false };
}

function noun(word: string): string {
  const end = gluedWord.exec(word)?.[0] ?? word;
  return nouns[end] ?? end;
}
