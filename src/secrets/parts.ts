import { readByContent } from './formats/by-content.ts';
import { keyBytes, privateKeysIn } from './pem.ts';
import { isPlaceholder } from './placeholder.ts';
import { Secret } from './secret.ts';
import { percentDecoded, queryPairs, urlCredentials } from './url.ts';
import { connectionPairs, isSecretPair } from './value-shapes.ts';
import { weakness } from './weakness.ts';

interface Part {
  /** In words for a person, behind the secret's name: `password`. */
  what: string;
  value: string | Uint8Array;
  /** The same credential written another way: inside a part it keeps that part's name. */
  rewritten?: true;
}

type Splitter = (text: string) => readonly Part[];

// To look into a new kind of value is one function here.
const splitters: readonly Splitter[] = [
  decoded,
  urlParts,
  connectionParts,
  headerParts,
  pemParts,
  basicParts,
  contentParts,
];

/**
 * The credentials inside a structured value, each a secret of its own: whoever has the password of a URL needs no URL.
 *
 * Names read `DATABASE_URL (password)`, and `partOf` is the whole's name, which no part has itself. The whole written
 * another way is a part too: `X (trimmed)`, `X (decoded)`. Parts of parts are included (a URL in a JSON leaf), to a depth
 * of 3. Values that are equal to the whole or to an earlier part are left out; line breaks around a value count for nothing,
 * as the search leaves them out itself.
 */
export function partsOf(secret: Secret): Secret[] {
  const seen = new Set([bare(secret.reveal())]);
  const found: Secret[] = [];
  let level: readonly Part[] = [{ what: '', value: secret.reveal() }];
  for (let depth = 0; depth < 3 && level.length > 0; depth++) {
    level = level.flatMap(split).filter(({ value }) => {
      const key = bare(value);
      const fresh = key.trim() !== '' && !seen.has(key);
      seen.add(key);
      return fresh;
    });
    found.push(...level.map((part) => toSecret(secret, part)));
  }
  return found;
}

function bare(value: string | Uint8Array): string {
  const text = Buffer.from(value).toString('latin1');
  let start = 0;
  let end = text.length;
  while (start < end && isBreak(text[start])) start++;
  while (end > start && isBreak(text[end - 1])) end--;
  return text.slice(start, end);
}

function isBreak(char: string | undefined): boolean {
  return char === '\n' || char === '\r';
}

function split(part: Part): Part[] {
  const text = Buffer.from(part.value).toString('utf8');
  if (text.includes('\uFFFD')) return [];
  // White space around a value is rarely copied along with it, and no format means anything by it.
  const trimmed: Part = { what: 'trimmed', value: text.trim(), rewritten: true };
  return [trimmed, ...splitters.flatMap((splitter) => splitter(text.trim()))].map((inner) =>
    inner.rewritten && part.what !== '' ? { ...inner, what: part.what } : inner,
  );
}

function toSecret(whole: Secret, { what, value }: Part): Secret {
  const bytes = Buffer.from(value);
  const weak = weakness(bytes);
  return new Secret({
    name: `${whole.name} (${what})`,
    value: bytes,
    origin: whole.origin,
    reason: `${what} inside ${whole.name}`,
    partOf: whole.partOf ?? whole.name,
    ...(weak === undefined ? {} : { weak }),
  });
}

/** A password cut out of a URL may still be percent-encoded. */
function decoded(text: string): Part[] {
  return /^[^\s%]*(?:%[0-9A-Fa-f]{2}[^\s%]*)+$/.test(text) && !text.includes('://')
    ? [{ what: 'decoded', value: percentDecoded(text), rewritten: true }]
    : [];
}

function urlParts(text: string): Part[] {
  const parts: Part[] = [];
  const found = urlCredentials(text);
  if (found?.password !== undefined && !isPlaceholder(found.password)) {
    const { user, password } = found;
    parts.push({ what: 'password', value: password }, { what: 'password', value: percentDecoded(password) });
    parts.push({ what: 'user and password', value: `${user}:${password}` });
    parts.push({ what: 'user and password', value: `${percentDecoded(user)}:${percentDecoded(password)}` });
  }
  // `https://TOKEN@host` and `https://TOKEN:x-oauth-basic@host` carry the token as the user.
  if (found && found.user.length >= 16) parts.push({ what: 'token', value: percentDecoded(found.user) });
  for (const pair of queryPairs(text)) {
    if (!isSecretPair(pair.name, pair.value)) continue;
    parts.push({ what: pair.name, value: pair.value }, { what: pair.name, value: percentDecoded(pair.value) });
  }
  return parts;
}

function connectionParts(text: string): Part[] {
  return connectionPairs(text).flatMap(({ name, value }) =>
    isSecretPair(name, value) ? [{ what: name, value: value.replace(/^(["'])(.*)\1$/s, '$2') }] : [],
  );
}

function headerParts(text: string): Part[] {
  const match = /^\s*(?:(?:Proxy-)?Authorization:\s*)?(?:Bearer|Basic|Token)\s+(\S+)\s*$/i.exec(text);
  return match?.[1] === undefined ? [] : [{ what: 'token', value: match[1] }];
}

/** Base64 text may be wrapped anew anywhere; the bytes behind it are found in every wrapping. */
function pemParts(text: string): Part[] {
  return privateKeysIn(text).flatMap((key) => {
    const bytes = keyBytes(key);
    return [
      { what: 'key body', value: key.body },
      ...(bytes === undefined ? [] : [{ what: 'key bytes', value: bytes }]),
    ];
  });
}

/** `user:password` in base64, as npm's `_auth`, Docker's `auth` and the Basic scheme have it. */
function basicParts(text: string): Part[] {
  const encoded = text.trim();
  if (!/^(?:[A-Za-z0-9+/]{4}){2,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(encoded)) return [];
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const match = /^([\x21-\x39\x3b-\x7e]{1,128}):([\x20-\x7e]+)$/.exec(decoded);
  if (match?.[2] === undefined) return [];
  return [
    { what: 'user and password', value: decoded },
    { what: 'password', value: match[2] },
  ];
}

/** A whole file as a value: npmrc, netrc, pip.conf, settings.xml, kubeconfig, an env file, JSON. */
function contentParts(text: string): Part[] {
  return readByContent(text).map(({ name, value }) => ({ what: name, value }));
}
