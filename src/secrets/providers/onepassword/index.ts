import { z } from 'zod';
import { settingsOf } from '../client/settings.ts';
import type { Provider, ProviderHost } from '../provider.ts';
import { openCli } from './cli.ts';
import { openConnect } from './connect.ts';
import { type OnePasswordStore, parseOnePassword } from './reference.ts';
import { loadSdk, openSdk } from './sdk.ts';

const settings = z.strictObject({ account: z.string().regex(/^[^-]/).optional() });

/**
 * 1Password: `op://VAULT/ITEM/[SECTION/]FIELD`, with the query parameters that 1Password documents.
 *
 * By a Connect server where `OP_CONNECT_HOST` and `OP_CONNECT_TOKEN` are set; with `OP_SERVICE_ACCOUNT_TOKEN` by
 * `@1password/sdk` where that is installed; otherwise by the `op` command, as whoever is signed in there. 1Password's own
 * tools have the same order.
 */
export const onepassword: Provider = {
  name: '1Password',
  check: (reference) => {
    parseOnePassword(reference);
  },
  open: (host) => {
    const { account } = settingsOf(host, 'onepassword', settings);
    let store: Promise<OnePasswordStore> | undefined;
    return {
      fetch: async (reference) => {
        const parsed = parseOnePassword(reference);
        store ??= storeFor(host, account);
        return (await store).fetch(parsed);
      },
      close: async () => {
        const opened = await store?.catch(() => undefined);
        await opened?.close();
      },
    };
  },
};

async function storeFor(host: ProviderHost, account: string | undefined): Promise<OnePasswordStore> {
  const { OP_CONNECT_HOST, OP_CONNECT_TOKEN, OP_SERVICE_ACCOUNT_TOKEN } = host.env;
  if (OP_CONNECT_HOST && OP_CONNECT_TOKEN) {
    return openConnect(host, { address: OP_CONNECT_HOST, token: OP_CONNECT_TOKEN });
  }
  const sdk = OP_SERVICE_ACCOUNT_TOKEN ? await loadSdk() : undefined;
  if (sdk !== undefined && OP_SERVICE_ACCOUNT_TOKEN) return openSdk(host, sdk, OP_SERVICE_ACCOUNT_TOKEN);
  return openCli(host, account);
}
