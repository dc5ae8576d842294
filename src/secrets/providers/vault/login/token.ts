import { SafebuildError } from '../../../../errors.ts';
import { fileOfVariable, type Place, placeOf, readPlace, shownPlace, variablePlace } from '../ambient.ts';
import type { Grant, Setup } from './method.ts';
import { checkToken, unwrap } from './unwrap.ts';

/**
 * A token that is there already: what the reference names, VAULT_TOKEN, VAULT_WRAPPED_TOKEN, what the settings name,
 * VAULT_TOKEN_FILE (OpenBao: BAO_TOKEN_PATH), and the file that `vault login` writes.
 *
 * It is its owner's and is left alone at the end, but for an unwrapped one, which nobody else has.
 */
export async function existingToken(setup: Setup<'token'>): Promise<Grant> {
  const { host, auth, overrides, namespace } = setup;
  const { env } = host;
  const named = placeNamedBy(overrides);
  const wrapped = variablePlace(env, 'WRAPPED_TOKEN');
  if (named === undefined && wrapped !== undefined && variablePlace(env, 'TOKEN') === undefined) {
    const text = (await readPlace(host, wrapped)) ?? '';
    const token = await unwrap(setup, text, wrapped, (body) => body.auth.client_token ?? body.data.token);
    checkToken(token, wrapped);
    return { token, own: true, namespace, from: shownPlace(wrapped) };
  }
  const file = fileOfVariable(env, 'TOKEN_PATH') ?? fileOfVariable(env, 'TOKEN_FILE');
  const places: (Place | undefined)[] =
    named === undefined
      ? [variablePlace(env, 'TOKEN'), placeOf(auth?.token), file, { kind: 'file', path: '~/.vault-token' }]
      : [named];
  for (const place of places) {
    const token = place === undefined ? undefined : await readPlace(host, place);
    if (place === undefined || token === undefined) continue;
    checkToken(token, place);
    return { token, own: false, namespace, from: shownPlace(place) };
  }
  const tried = places.filter((place) => place !== undefined).map(shownPlace);
  const all = named === undefined ? ['VAULT_TOKEN', ...tried] : tried;
  throw new SafebuildError('SOURCE_FAILED', `no token for Vault was found; tried: ${all.join(', ')}`, {
    hint: 'Run vault login, set VAULT_TOKEN, or set up a login in sources.vault.auth.',
  });
}

function placeNamedBy({ token_env, token_file }: Setup<'token'>['overrides']): Place | undefined {
  if (token_env !== undefined) return { kind: 'env', name: token_env, shown: 'the variable that token_env= names' };
  if (token_file === undefined) return undefined;
  return { kind: 'file', path: token_file, shown: 'the file that token_file= names' };
}
