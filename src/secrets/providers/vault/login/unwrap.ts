import { SafebuildError } from '../../../../errors.ts';
import { type Place, shownPlace } from '../ambient.ts';
import { isObject } from '../exact-json.ts';
import type { Method } from '../settings.ts';
import type { Setup } from './method.ts';

/** What a wrapping token gives: the parts of the wrapped answer, empty where it has none. */
export interface Wrapped {
  data: Readonly<Record<string, unknown>>;
  auth: Readonly<Record<string, unknown>>;
}

/**
 * Takes one text out of a response that Vault keeps wrapped. A wrapping token is good for one time.
 *
 * Throws SOURCE_FAILED when it is not good any more: it came too late, or somebody else was first.
 */
export async function unwrap<M extends Method>(
  setup: Setup<M>,
  token: string,
  place: Place,
  pick: (wrapped: Wrapped) => unknown,
): Promise<string> {
  // Logins to several namespaces share what it held.
  return setup.unwraps(token, () => unwrapNow(setup, token, place, pick));
}

async function unwrapNow<M extends Method>(
  { ask, namespace }: Setup<M>,
  token: string,
  place: Place,
  pick: (wrapped: Wrapped) => unknown,
): Promise<string> {
  checkToken(token, place);
  const { status, body } = await ask({ method: 'POST', path: 'sys/wrapping/unwrap', token, namespace }, { once: true });
  if (status !== 200) {
    throw new SafebuildError(
      'SOURCE_FAILED',
      `the wrapping token in ${shownPlace(place)} has expired or was used before`,
      {
        hint: 'Have a new one made. If nobody of yours used it, somebody else has what it held: revoke that.',
      },
    );
  }
  const found = pick({ data: isObject(body?.data) ? body.data : {}, auth: isObject(body?.auth) ? body.auth : {} });
  if (typeof found === 'string' && found !== '') return found;
  throw new SafebuildError('SOURCE_FAILED', `the wrapping token in ${shownPlace(place)} holds something else`, {
    hint: 'Wrap the answer of Vault itself: vault write -wrap-ttl=5m -f auth/approle/role/ROLE/secret-id.',
  });
}

/** A token goes into a header: throws SOURCE_FAILED for one that could not, without a word of it. */
export function checkToken(token: string, place: Place): void {
  if (/^[\x21-\x7e]+$/.test(token)) return;
  throw new SafebuildError('SOURCE_FAILED', `what ${shownPlace(place)} holds is no token of Vault`, {
    hint: 'A token is one word without spaces; run vault login for a new one.',
  });
}
