import { SafebuildError } from '../../../../errors.ts';
import { needPlace, type Place, placeOf, readPlace, variable, variablePlace } from '../ambient.ts';
import type { LoginRequest, Setup } from './method.ts';
import { unwrap } from './unwrap.ts';

/** A role id, and the secret id that belongs to it unless the role needs none. */
export async function approle(setup: Setup<'approle'>): Promise<LoginRequest> {
  const { host, auth, overrides } = setup;
  const roleId = overrides.role_id ?? variable(host.env, 'ROLE_ID') ?? (await readRoleId(setup));
  if (roleId === undefined) {
    throw new SafebuildError('SOURCE_FAILED', 'the role id for Vault is not known', {
      hint: 'Set VAULT_ROLE_ID, or sources.vault.auth.role-id.',
    });
  }
  const secretId = await readSecretId(setup);
  const mount = variable(host.env, 'LOGIN_MOUNT_POINT') ?? auth?.mount ?? 'approle';
  return {
    path: `${mount}/login`,
    body: { role_id: roleId, ...(secretId === undefined ? {} : { secret_id: secretId }) },
  };
}

/** A role id is no secret by itself and may stand in the settings, or be kept where the settings say. */
async function readRoleId({ host, auth }: Setup<'approle'>): Promise<string | undefined> {
  const written = auth?.['role-id'];
  return written !== undefined && /^(env|file):/.test(written) ? readPlace(host, placeOf(written) as Place) : written;
}

async function readSecretId(setup: Setup<'approle'>): Promise<string | undefined> {
  const { host, auth } = setup;
  const named = placeOf(auth?.['secret-id']);
  const plain = variablePlace(host.env, 'SECRET_ID');
  // Where the settings say that the variable holds a wrapping token, it is not taken for a secret id.
  const wrapped =
    variablePlace(host.env, 'WRAPPED_SECRET_ID') ??
    (auth?.['secret-id-wrapped'] === true ? (named ?? plain) : undefined);
  const place: Place | undefined = wrapped ?? plain ?? named;
  if (place === undefined) return undefined;
  const found = await needPlace(host, place, 'the secret id', 'Set VAULT_SECRET_ID, or VAULT_WRAPPED_SECRET_ID.');
  return wrapped === undefined ? found : unwrap(setup, found, place, ({ data }) => data.secret_id);
}
