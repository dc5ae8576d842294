import { refusal, secretMissing, sourceFailed } from '../client/failures.ts';
import { parseJson, stringAt, valueAt } from '../client/json.ts';
import { openServer } from '../client/server.ts';
import type { ProviderHost } from '../provider.ts';
import { type DopplerReference, type DopplerStore, placeOf } from './reference.ts';

const ownAddress = 'https://api.doppler.com';

const hints = {
  login: 'Put a token that is valid into DOPPLER_TOKEN.',
  permission: 'Use a token that may read this config.',
};

/**
 * Doppler by HTTP: one GET for each secret.
 *
 * https://docs.doppler.com/reference/secrets-get: 404 for a secret, config or project that is not there, or that the token
 * may not see.
 */
export function openApi(host: ProviderHost, login: { token: string; address: string | undefined }): DopplerStore {
  const address = login.address ?? (host.env.DOPPLER_API_HOST || ownAddress);
  const server = openServer({ name: 'Doppler', address, env: host.env, signal: host.signal });
  return {
    fetch: async (wanted) => {
      const { project, config, name } = wanted;
      const query = { project, config, name };
      const { status, body } = await server.get('/v3/configs/config/secret', { token: login.token, query });
      if (status === 404) throw notThere(wanted);
      if (status === 400) throw noConfig();
      if (status !== 200) throw refusal('Doppler', status, hints);
      return { value: computed(parseJson(body), wanted) };
    },
    close: () => server.close(),
  };
}

// no value with a name: https://docs.doppler.com/docs/visibility-types, "restricted" is for tokens of no user
function computed(answer: unknown, { name }: DopplerReference): Buffer {
  const value = stringAt(answer, 'value', 'computed');
  if (value !== undefined) return Buffer.from(value);
  if (valueAt(answer, 'value') === undefined) throw refusal('Doppler', 200, hints);
  const hint = 'Use a service token of its config, or change its visibility to masked.';
  throw sourceFailed(`Doppler does not give this token the value of ${name}: its visibility is restricted`, hint);
}

function notThere(wanted: DopplerReference): Error {
  const hint = 'See that the project, the config and the name are right, and that the token may see them.';
  return secretMissing(`Doppler has no ${wanted.name} in ${placeOf(wanted)}`, hint);
}

function noConfig(): Error {
  const hint = 'Write doppler://PROJECT/CONFIG/NAME, or use a service token, which has one config.';
  return sourceFailed('Doppler does not know the config, or which one is meant', hint);
}
