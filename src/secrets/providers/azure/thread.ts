import type { TokenCredential } from '@azure/identity';
import type { SecretClient } from '@azure/keyvault-secrets';
import type { Answer } from '../cloud/answer.ts';
import { serve } from '../cloud/serve.ts';
import type { AzureRequest } from './reference.ts';
import { azureTrouble } from './trouble.ts';

// loaded with the first request, so that an SDK that is not installed is an answer
let loaded: ReturnType<typeof load> | undefined;

async function load() {
  const [keyVault, identity] = await Promise.all([import('@azure/keyvault-secrets'), import('@azure/identity')]);
  // Azure's other clouds have logins of their own; AZURE_AUTHORITY_HOST is what the SDK takes without one
  const credentials = new Map<string, TokenCredential>();
  const clients = new Map<string, SecretClient>();
  return (host: string) => {
    const login = loginOf(host);
    const credential =
      credentials.get(login ?? '') ??
      new identity.DefaultAzureCredential(login === undefined ? {} : { authorityHost: login });
    credentials.set(login ?? '', credential);
    const client = clients.get(host) ?? new keyVault.SecretClient(`https://${host}`, credential);
    clients.set(host, client);
    return client;
  };
}

/** Where the cloud of a vault logs in; undefined for the public one. Source: AzureAuthorityHosts of @azure/identity. */
function loginOf(host: string): string | undefined {
  if (host.endsWith('.usgovcloudapi.net')) return 'https://login.microsoftonline.us';
  if (host.endsWith('.azure.cn')) return 'https://login.chinacloudapi.cn';
  return undefined;
}

async function fetchSecret({ host, secret, version }: AzureRequest): Promise<Answer> {
  loaded ??= load();
  const clientOf = await loaded;
  try {
    const options = { requestOptions: { timeout: 15_000 } };
    const found = await clientOf(host).getSecret(secret, version === undefined ? options : { ...options, version });
    const { version: given, updatedOn } = found.properties;
    return {
      secret: {
        value: Buffer.from(found.value ?? ''),
        ...(given !== undefined && { version: given }),
        ...(updatedOn !== undefined && { changed: updatedOn }),
      },
    };
  } catch (error) {
    return { trouble: azureTrouble(error, `${host.split('.')[0]}/${secret}`) };
  }
}

serve(fetchSecret, { store: 'Azure Key Vault', packages: ['@azure/keyvault-secrets@4', '@azure/identity@4'] });
