import { type CredentialFile, type CredentialFormat, credentialFile } from '../credential-files.ts';
import type { Found, Reader } from '../formats/found.ts';
import { readEnv, readIni, readNetrc, readNpmrc, readProperties, readToml } from '../formats/key-value.ts';
import { readFreeText, readKeys, readPlain } from '../formats/plain.ts';
import { readJson, readXml, readYaml } from '../formats/structured.ts';
import { Secret } from '../secret.ts';
import { weakness } from '../weakness.ts';

const readers: Readonly<Record<CredentialFormat, Reader>> = {
  npmrc: readNpmrc,
  yarnrc: (text) => [...readYaml(text), ...readFreeText(text)],
  netrc: readNetrc,
  ini: readIni,
  'url-lines': readFreeText,
  env: readEnv,
  properties: readProperties,
  json: readJson,
  xml: readXml,
  yaml: readYaml,
  toml: readToml,
  pem: readKeys,
  plain: readPlain,
  binary: () => [],
};

/** What a file of the build context really holds. */
export interface CredentialFileContent {
  file: CredentialFile;
  /** The file itself, named by its path, then every credential in it; empty when it holds none. */
  secrets: readonly Secret[];
  /** Names of the variables that it refers to (`${NPM_TOKEN}`). */
  references: readonly string[];
  /** True when it holds no credential of its own, so that it may stay in the image. */
  placeholdersOnly: boolean;
}

/**
 * Reads a file that `credentialFile` knows; undefined for any other.
 *
 * A whole file is a secret too (`.npmrc`), because a mount hands it over whole; its parts read
 * `.npmrc (//npm.example.com/:_authToken)` and have it as `partOf`.
 */
export function readCredentialFile(path: string, bytes: Uint8Array): CredentialFileContent | undefined {
  const file = credentialFile(path);
  if (!file) return undefined;
  const text = decoded(bytes);
  const found = distinct([...readers[file.format](text), ...(file.format === 'binary' ? [] : readFreeText(text))]);
  const parts = found.map((part) => toPart(path, file, part));
  const holds = parts.length > 0 || (file.format === 'binary' && bytes.length > 0);
  return {
    file,
    secrets: holds ? [wholeFile(path, file, bytes), ...parts] : [],
    references: [...new Set([...text.matchAll(/\$\{(?:env\.)?([A-Za-z_]\w*)[^}]*\}/g)].map((match) => match[1] ?? ''))],
    placeholdersOnly: !holds,
  };
}

// PowerShell's `>` writes UTF-16 with a byte order mark.
function decoded(bytes: Uint8Array): string {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return Buffer.from(bytes)
    .toString(utf16 ? 'utf16le' : 'utf8')
    .replace(/^\uFEFF/, '');
}

function distinct(found: readonly Found[]): Found[] {
  const byValue = new Map<string, Found>();
  for (const part of found) if (!byValue.has(part.value)) byValue.set(part.value, part);
  return [...byValue.values()];
}

function wholeFile(path: string, file: CredentialFile, bytes: Uint8Array): Secret {
  const origin = { source: 'context-file', where: path } as const;
  return new Secret({
    name: path,
    value: bytes,
    origin,
    reason: `a file of kind ${file.kind} with a credential in it`,
  });
}

function toPart(path: string, file: CredentialFile, { name, value }: Found): Secret {
  const bytes = Buffer.from(value);
  const weak = weakness(bytes);
  return new Secret({
    name: `${path} (${name})`,
    value: bytes,
    origin: { source: 'context-file', where: path },
    reason: `a credential in a file of kind ${file.kind}`,
    partOf: path,
    ...(weak === undefined ? {} : { weak }),
  });
}
