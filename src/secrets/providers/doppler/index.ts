import { z } from 'zod';
import { serverAddress, settingsOf } from '../client/settings.ts';
import type { Provider } from '../provider.ts';
import { openApi } from './api.ts';
import { openCli } from './cli.ts';
import { parseDoppler } from './reference.ts';

const settings = z.strictObject({
  address: serverAddress.optional(),
  project: z.string().min(1).optional(),
  config: z.string().min(1).optional(),
});

/**
 * Doppler: `doppler://PROJECT/CONFIG/NAME`, or `doppler://NAME` of the ambient config.
 *
 * One request for each secret with `DOPPLER_TOKEN`; without it the `doppler` command, as whoever is logged in there. The
 * ambient config is that of `sources.doppler`, of `DOPPLER_PROJECT` and `DOPPLER_CONFIG`, of the service token, of
 * `doppler setup`.
 */
export const doppler: Provider = {
  name: 'Doppler',
  check: (reference) => {
    parseDoppler(reference);
  },
  open: (host) => {
    const { address, ...set } = settingsOf(host, 'doppler', settings);
    const ambient = {
      project: set.project ?? (host.env.DOPPLER_PROJECT || undefined),
      config: set.config ?? (host.env.DOPPLER_CONFIG || undefined),
    };
    const token = host.env.DOPPLER_TOKEN;
    const store = token ? openApi(host, { token, address }) : openCli(host, address);
    return {
      fetch: (reference) => store.fetch({ ...ambient, ...parseDoppler(reference) }),
      close: store.close,
    };
  },
};
