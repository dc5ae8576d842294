import type { Range } from '../finding.ts';
import { isCommonWord } from './common-words.ts';
import { judgeName } from './names.ts';
import { privateKeysIn } from './pem.ts';
import { isPlaceholder } from './placeholder.ts';
import { looksRandom } from './randomness.ts';
import { settingShape } from './setting-shapes.ts';
import { tokenShapeOf, tokensIn } from './token-shapes.ts';
import { urlCredentials } from './url.ts';

/** A credential found in free text: shell commands, configuration, comments. */
export interface TextCredential {
  /** The variable or key that it is given to; absent when it has no name. */
  name?: string;
  /** What it is, in the form of a name: `URL_PASSWORD`. */
  title: string;
  /** For a person. */
  reason: string;
  value: string;
  range: Range;
}

type Finder = (text: string) => TextCredential[];

// The order decides who names a value that two finders see.
const finders: readonly Finder[] = [
  privateKeys,
  urls,
  assignments,
  flags,
  headers,
  userFlags,
  logins,
  passwordLines,
  tokens,
];

/** Every credential in `text` that does not refer to a variable and is no placeholder. Ranges never overlap. */
export function credentialsInText(text: string): TextCredential[] {
  const found: TextCredential[] = [];
  for (const candidate of finders.flatMap((finder) => finder(text))) {
    const { start, end } = candidate.range;
    if (!found.some(({ range }) => start < range.end && range.start < end)) found.push(candidate);
  }
  return found.sort((a, b) => a.range.start - b.range.start);
}

function at(start: number, value: string): { value: string; range: Range } {
  return { value, range: { start, end: start + value.length } };
}

function isLiteral(value: string): boolean {
  return !/[$`]/.test(value) && !isPlaceholder(value) && !isCommonWord(value);
}

function privateKeys(text: string): TextCredential[] {
  return privateKeysIn(text).map((key) => ({
    title: 'PRIVATE_KEY',
    reason: 'a private key stands in clear',
    ...at(key.start, key.text),
  }));
}

function urls(text: string): TextCredential[] {
  return [...text.matchAll(/(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,20}:\/\/[^\s"'`<>\\|]{1,1024}@[\w[]/gi)].flatMap(
    (match) => {
      const found = urlCredentials(match[0]);
      if (!found) return [];
      const { user, password } = found;
      const userAt = match.index + found.start;
      if (password !== undefined && password !== 'x-oauth-basic') {
        const place = at(userAt + user.length + 1, password);
        return isLiteral(password)
          ? [{ title: 'URL_PASSWORD', reason: 'a URL holds a password in clear', ...place }]
          : [];
      }
      const shape = tokenShapeOf(user);
      return isLiteral(user) && (shape !== undefined || looksRandom(user))
        ? [{ title: shape?.name ?? 'URL_TOKEN', reason: 'a URL holds a token in clear', ...at(userAt, user) }]
        : [];
    },
  );
}

/** `export API_KEY=…`, `apiKey: "…"`, `//registry/:_authToken=…`. */
function assignments(text: string): TextCredential[] {
  const pattern =
    /(?<![\w$-])([A-Za-z_][\w-]*)(["']?[ \t]*[:=][ \t]*)(?:"([^"\n]+)"|'([^'\n]+)'|([^\s"'`;&|<>(){},\\]+))/g;
  return [...text.matchAll(pattern)].flatMap((match) => {
    const [all, name = '', , double, single, bare] = match;
    const value = double ?? single ?? bare ?? '';
    if (bare !== undefined && isCode(bare, text[match.index + all.length])) return [];
    if (!isStrongName(name) || !isCredentialValue(value)) return [];
    const start = match.index + all.lastIndexOf(value);
    return [{ name, title: 'PASSWORD', reason: `${name} is given a value in clear`, ...at(start, value) }];
  });
}

/** A call or a member of an object, as in `RUN python -c "token = client.login(…)"`. */
function isCode(value: string, next: string | undefined): boolean {
  return next === '(' || /^[A-Za-z_$][A-Za-z_$]*(?:\.[A-Za-z_$][A-Za-z_$]*)+$/.test(value);
}

/** `--password …`, `--api-key=…`. */
function flags(text: string): TextCredential[] {
  return [...text.matchAll(/(?<=[\s"'])--([a-z][\w-]*)(?:=|\s+)(["']?)([^\s"'`;&|<>(){}\\]+)\2/gi)].flatMap((match) => {
    const [all, flag = '', , value = ''] = match;
    if (value.startsWith('-') || !isStrongName(flag) || !isCredentialValue(value)) return [];
    const start = match.index + all.lastIndexOf(value);
    return [{ title: 'PASSWORD', reason: `--${flag} is given a value in clear`, ...at(start, value) }];
  });
}

function headers(text: string): TextCredential[] {
  const pattern =
    /(?:Authorization|PRIVATE-TOKEN|JOB-TOKEN|X-Api-Key|X-Auth-Token)["']?\s*[:=]\s*["']?(?:(?:Bearer|Basic|Token)\s+)?([^\s"'`;&|<>(){},\\]+)/gi;
  return [...text.matchAll(pattern)].flatMap((match) => {
    const value = match[1] ?? '';
    if (!isCredentialValue(value) || /^(?:Bearer|Basic|Token)$/i.test(value)) return [];
    const start = match.index + match[0].lastIndexOf(value);
    return [{ title: 'HEADER_TOKEN', reason: 'an HTTP header holds a credential in clear', ...at(start, value) }];
  });
}

/** `curl -u user:password`, `wget --user=…` with `--password` is a flag of its own. */
function userFlags(text: string): TextCredential[] {
  return [
    ...text.matchAll(/\bcurl\b[^\n|;&]{0,500}?\s(?:-u|--user)[ =]{0,2}["']?([^\s:"'$]+):([^\s"'`|;&]+)/g),
  ].flatMap((match) => {
    const value = match[2] ?? '';
    if (!isLiteral(value)) return [];
    const start = match.index + match[0].length - value.length;
    return [{ title: 'CURL_PASSWORD', reason: 'curl is given a password in clear', ...at(start, value) }];
  });
}

/** `docker login -p …`, `sshpass -p …`. */
function logins(text: string): TextCredential[] {
  const pattern = /(?:\blogin\b(?=[^\n|;&]{0,300}?\s-p)[^\n|;&]{0,300}?|\bsshpass)\s-p[ =]{0,2}["']?([^\s"'`|;&]+)/g;
  return [...text.matchAll(pattern)].flatMap((match) => {
    const value = match[1] ?? '';
    if (!isLiteral(value)) return [];
    const start = match.index + match[0].length - value.length;
    return [{ title: 'LOGIN_PASSWORD', reason: 'a login is given a password in clear', ...at(start, value) }];
  });
}

/** `echo 'user:password' | chpasswd`. */
function passwordLines(text: string): TextCredential[] {
  return [
    ...text.matchAll(
      /(?<![\w.-])([\w.-]{1,64}):([^\s"'`|:]{1,256})["']?[ \t]{0,9}\|[ \t]{0,9}(?:sudo[ \t]{1,9})?chpasswd\b/g,
    ),
  ].flatMap((match) => {
    const value = match[2] ?? '';
    if (!isLiteral(value)) return [];
    const start = match.index + match[0].indexOf(`:${value}`) + 1;
    return [{ title: 'LOGIN_PASSWORD', reason: 'a password is set in clear', ...at(start, value) }];
  });
}

function tokens(text: string): TextCredential[] {
  return tokensIn(text).map(({ shape, start, value }) => ({
    title: shape.name,
    reason: `it has the form of ${shape.title}`,
    ...at(start, value),
  }));
}

function isStrongName(name: string): boolean {
  const verdict = judgeName(name);
  return (verdict.says === 'secret' && verdict.strong === true) || /^_auth$/i.test(name);
}

function isCredentialValue(value: string): boolean {
  return value.length >= 6 && isLiteral(value) && settingShape(value) === undefined && !value.includes('://');
}
