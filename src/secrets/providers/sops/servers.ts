import { isScalar, parseAllDocuments, visit } from 'yaml';
import { sourceFailed } from '../client/failures.ts';

/**
 * Refuses a file that names another Vault than the user's own.
 *
 * sops sends the token of `VAULT_TOKEN` or `~/.vault-token` to whatever address stands in the file's metadata, and the file
 * comes with the project. Other key services are at addresses of their own, or prove who they are.
 */
export function refuseForeignServers(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
  file: string,
): void {
  const own = originOf(env.VAULT_ADDR ?? '');
  // UTF-16, which sops reads as YAML: every name in it would be hidden here
  if (text.includes('\0')) throw sourceFailed(`${file} is not UTF-8 text`, 'Save it as UTF-8.');
  if (vaultsIn(text).every((address) => own !== undefined && originOf(address) === own)) return;
  const hint = 'If the address in its sops metadata is that of your Vault, set VAULT_ADDR to it.';
  throw sourceFailed(`${file} would have sops send your Vault token to a server that is not that of VAULT_ADDR`, hint);
}

// https://github.com/getsops/sops: the name is the same in all formats, behind a path in .env and INI files. Where sops reads
// JSON, and what it makes JSON of, Go takes no notice of case, and takes ſ for s. In any other quotes the address stays empty.
const plainAddress = /vault_address(?:["']?[ \t]*[:=][ \t]*["']?([^\s"',}]*))?/giu;
const addressName = /^vault_address$/iu;

function vaultsIn(text: string): string[] {
  const plain = [...text.matchAll(plainAddress)].map(([, address = '']) => address);
  const read: string[] = [];
  // JSON is YAML, too; so names are read with their escapes
  for (const document of parseAllDocuments(text, { logLevel: 'silent' })) {
    if (!('contents' in document)) continue;
    visit(document, {
      Pair: (_, { key, value }) => {
        // an alias or a tag may make a name that is not seen here; sops writes neither
        const name = isScalar(key) && (key.tag === undefined || key.tag === stringTag) ? key.value : 'vault_address';
        if (addressName.test(String(name))) read.push(isScalar(value) ? String(value.value) : '');
      },
    });
  }
  // a secret of such a name, encrypted: no address, and metadata never is
  return [...plain, ...read].filter((address) => !address.startsWith('ENC['));
}

const stringTag = 'tag:yaml.org,2002:str';

function originOf(address: string): string | undefined {
  // programs differ about a backslash, and about what stands before an @
  if (!/^https?:\/\/[\w.:[\]-]+(?:\/|$)/i.test(address)) return undefined;
  return URL.canParse(address) ? new URL(address).origin : undefined;
}
