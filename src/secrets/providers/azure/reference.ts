import { parseField } from '../cloud/field.ts';
import { type Grammar, invalid, parseReference, requireForm } from '../cloud/reference.ts';
import type { Wanted } from '../cloud/session.ts';

/** One call of Get Secret. */
export interface AzureRequest {
  /** Host name of the vault. */
  host: string;
  secret: string;
  /** Without one, the newest. */
  version?: string;
}

export const grammar: Grammar = {
  store: 'Azure Key Vault',
  scheme: 'azure+kv',
  valsScheme: 'azurekeyvault',
  form: 'azure+kv://VAULT/NAME or azure+kv://VAULT/NAME/VERSION#field',
  parameters: { version: 'version' },
};

const vaultName = /^[a-z][a-z0-9-]{1,22}[a-z0-9]$/i;

/** Vaults of Azure's clouds; a token is asked for no other host. */
const vaultHost =
  /^[a-z][a-z0-9-]{1,22}[a-z0-9]\.vault\.(?:azure\.net|azure\.cn|usgovcloudapi\.net|microsoftazure\.de)$/i;

/** Throws `CONFIG_INVALID`. Forms of names and versions: the REST reference, "About keys, secrets, and certificates". */
export function readAzureReference(text: string): Wanted<AzureRequest> {
  const reference = parseReference(text, grammar);
  const [vault = '', secret, inPath, ...more] = reference.path.replace(/\/$/, '').split('/');
  const host = vaultName.test(vault) ? `${vault}.vault.azure.net` : vault;
  if (secret === undefined || more.length > 0) throw invalid(grammar, 'it does not have a vault and a name');
  if (!vaultHost.test(host)) throw invalid(grammar, 'its vault is neither a name nor NAME.vault.azure.net or the like');
  requireForm(secret, /^[a-z0-9-]{1,127}$/i, 'name', grammar);
  const parameter = reference.parameters.get('version');
  if (inPath !== undefined && parameter !== undefined) throw invalid(grammar, 'it has two versions');
  const version = inPath ?? parameter;
  requireForm(version, /^[0-9a-f]{32}$/i, 'version', grammar);
  return {
    request: { host: host.toLowerCase(), secret, ...(version === undefined ? {} : { version }) },
    name: `${vault}/${secret}`,
    field: parseField(reference.fragment, reference.vals),
  };
}
