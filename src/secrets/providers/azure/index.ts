import { cloudSession } from '../cloud/session.ts';
import { cloudSettings } from '../cloud/settings.ts';
import { threadEntry } from '../cloud/thread.ts';
import type { Provider } from '../provider.ts';
import { type AzureRequest, grammar, readAzureReference } from './reference.ts';

/** Azure Key Vault, by its official SDK. References: `azure+kv://VAULT/NAME[/VERSION]`, vals' `ref+azurekeyvault://`. */
export const azure: Provider = {
  name: grammar.store,
  check: (reference) => void readAzureReference(reference),
  open(host) {
    cloudSettings(host, 'azure', {});
    return cloudSession<AzureRequest>(host, {
      name: grammar.store,
      entry: threadEntry('thread', import.meta.url),
      wanted: readAzureReference,
    });
  },
};
