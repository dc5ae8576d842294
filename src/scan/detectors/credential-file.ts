import { readCredentialFile } from '../../secrets/index.ts';
import type { Confidence, Detector, Found, Window } from './detector.ts';

/** Files of a home directory that hold logins, as tar headers end their names. */
const names = [
  '.git-credentials',
  '.netrc',
  '_netrc',
  '.pgpass',
  '.my.cnf',
  '.pypirc',
  '.npmrc',
  '.yarnrc.yml',
  '.vault-token',
  '.aws/credentials',
  '.docker/config.json',
  '.kube/config',
  '.gem/credentials',
  '.cargo/credentials.toml',
  '.composer/auth.json',
  '.m2/settings.xml',
  'huggingface/token',
  'application_default_credentials.json',
];

const blockBytes = 512;
const magicAt = 257;
const nameBytes = 100;

/** Bytes; much more than such files hold. */
export const longestLoginFile = 32 * 1024;

/**
 * Credential files by their name in a tar header, which stands right before their content; a name alone is no finding.
 *
 * What the content says is the same judgement as for the files of a build context. POSIX.1-2001, pax, "ustar Interchange
 * Format".
 */
export const credentialFile: Detector = {
  id: 'credential-file',
  title: 'a credential file',
  confidence: 'high',
  source: 'the table of src/secrets/credential-files.ts',
  anchors: names.map((name) => `${name}\0`),
  behind: nameBytes,
  reach: 2 * blockBytes + longestLoginFile,
  find: (window) => headersIn(window).flatMap((at) => inMember(window, at)),
};

/** Whether the path is one of a file that tools keep logins in. */
export function isLoginFile(path: string): boolean {
  return names.some((name) => path === name || path.endsWith(`/${name}`));
}

/** How sure it is that a file at this path holds a login; undefined when it holds none, or is no such file. */
export function loginFileConfidence(path: string, bytes: Uint8Array): Confidence | undefined {
  if (!isLoginFile(path)) return undefined;
  const logins = readCredentialFile(path, bytes)?.secrets.filter(({ partOf }) => partOf !== undefined) ?? [];
  if (logins.length === 0) return undefined;
  return logins.some(({ weak }) => weak === undefined) ? 'high' : 'medium';
}

/** Where tar headers begin in a window. */
function headersIn({ text }: Window): number[] {
  return [...text.matchAll(/ustar/g)].map((match) => match.index - magicAt).filter((at) => at >= 0);
}

function inMember({ text, bytes }: Window, header: number): Found[] {
  const type = text[header + 156] ?? '';
  const size = text.slice(header + 124, header + 136);
  if ((type !== '0' && type !== '\0') || !/^ *[0-7]+[ \0]*$/.test(size)) return [];
  const path = text.slice(header, header + nameBytes).split('\0')[0] ?? '';
  const length = Number.parseInt(size, 8);
  if (length === 0 || length > longestLoginFile || !isLoginFile(path)) return [];
  const body = header + blockBytes;
  const confidence = loginFileConfidence(path, bytes.subarray(body, body + length));
  return confidence === undefined ? [] : [{ start: body, end: body + length, confidence }];
}
