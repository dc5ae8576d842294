import type { Trouble } from '../cloud/answer.ts';
import { networkTrouble } from '../cloud/network.ts';
import { peek } from '../cloud/peek.ts';

const store = 'Azure Key Vault';

// the names that @azure/identity gives its errors
const credentialErrors = [
  'CredentialUnavailableError',
  'AggregateAuthenticationError',
  'AuthenticationError',
  'AuthenticationRequiredError',
];

/** Says in our own words what an error of the SDK means; `name` is `VAULT/NAME`. */
export function azureTrouble(error: unknown, name: string): Trouble {
  const failed = (message: string, hint: string): Trouble => ({ code: 'SOURCE_FAILED', message, hint });
  const errorName = String(peek(error, 'name'));
  if (credentialErrors.includes(errorName)) {
    return failed(
      `There are no credentials that ${store} accepts`,
      'Run "az login", or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.',
    );
  }
  const status = statusOf(error);
  if (status === 404) {
    return {
      code: 'SECRET_MISSING',
      message: `${store} has no secret ${name}, or not in that version`,
      hint: 'Check vault, name and version; what was deleted can be had back with "az keyvault secret recover".',
    };
  }
  if (status === 403 && innerCode(error) === 'SecretDisabled') {
    return failed(
      `${store} does not give ${name}: it is disabled`,
      'Enable it ("az keyvault secret set-attributes --enabled true"), or name another version.',
    );
  }
  if (status === 401 || status === 403) {
    return failed(
      `${store} refused ${name}`,
      'Grant the role "Key Vault Secrets User", or "get" in its access policy, and check the firewall of the vault.',
    );
  }
  if (status === 400) return failed(`${store} does not accept the name or version of ${name}`, 'Check the reference.');
  if (status === 429) return failed(`${store} had too many requests, also after waiting`, 'Try again later.');
  if (status !== undefined && status >= 500) return failed(`${store} had a fault of its own`, 'Try again later.');
  return (
    networkTrouble(error, store) ??
    failed(`${store} could not be asked for ${name}`, 'Try "az keyvault secret show", which may quote the reason.')
  );
}

function statusOf(error: unknown): number | undefined {
  const status = Number(peek(error, 'statusCode'));
  return Number.isInteger(status) ? status : undefined;
}

/** The second code of an error of Key Vault: `{"error":{"code":"Forbidden","innererror":{"code":"SecretDisabled"}}}`. */
function innerCode(error: unknown): unknown {
  return peek(error, 'details', 'error', 'innerError', 'code');
}
