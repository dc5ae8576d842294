import { z } from 'zod';
import { serverAddress, settingsOf } from '../client/settings.ts';
import type { Provider, ProviderHost } from '../provider.ts';
import { type Login, openApi } from './api.ts';
import { openCli } from './cli.ts';
import { parseInfisical } from './reference.ts';

const settings = z.strictObject({ address: serverAddress.optional() });

/**
 * Infisical: `infisical://PROJECT/ENVIRONMENT[/FOLDER…]/NAME`, the project by its id or slug.
 *
 * By HTTP with `INFISICAL_TOKEN`, or with a machine identity (universal auth), whose token is revoked at the end; without
 * either the `infisical` command, as whoever is logged in there.
 */
export const infisical: Provider = {
  name: 'Infisical',
  check: (reference) => {
    parseInfisical(reference);
  },
  open: (host) => {
    const { address } = settingsOf(host, 'infisical', settings);
    const login = loginOf(host);
    const store = login === undefined ? openCli(host, address) : openApi(host, login, address);
    return { fetch: (reference) => store.fetch(parseInfisical(reference)), close: store.close };
  },
};

/** The first names are those of the infisical command, the second those of its SDKs' documentation. */
function loginOf({ env }: ProviderHost): Login | undefined {
  if (env.INFISICAL_TOKEN) return { token: env.INFISICAL_TOKEN };
  const clientId = env.INFISICAL_UNIVERSAL_AUTH_CLIENT_ID ?? env.INFISICAL_CLIENT_ID;
  const clientSecret = env.INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET ?? env.INFISICAL_CLIENT_SECRET;
  return clientId && clientSecret ? { clientId, clientSecret } : undefined;
}
