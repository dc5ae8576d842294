import type { Answer } from './client.ts';
import type { Grant } from './login/index.ts';
import type { Call } from './transport.ts';

/** A credential that Vault made for this build, and takes back. */
export interface Lease {
  id: string;
  grant: Grant;
  namespace: string | undefined;
}

/** The lease that an answer says it is under; undefined when it is under none, as what KV keeps. */
export function leaseIn({ body }: Answer): string | undefined {
  const id = body?.lease_id;
  return typeof id === 'string' && id !== '' ? id : undefined;
}

/**
 * Gives back what the session was lent: its own tokens, and with each of them all its leases; one by one the leases under a
 * token that is the user's, or that could not be revoked (a batch token).
 *
 * Never throws: what cannot be revoked ends with its time to live.
 */
export async function giveBack(
  grants: readonly Grant[],
  leases: readonly Lease[],
  ask: (call: Call) => Promise<Answer>,
): Promise<void> {
  const accepted = async (call: Call): Promise<boolean> => {
    const answer = await ask(call).catch(() => undefined);
    return answer !== undefined && answer.status < 300;
  };
  const ended = new Set<Grant>();
  await Promise.all(
    grants.map(async (grant) => {
      const { token, namespace } = grant;
      const call: Call = { method: 'POST', path: 'auth/token/revoke-self', token, namespace, body: {} };
      if (await accepted(call)) ended.add(grant);
    }),
  );
  await Promise.all(
    leases
      .filter(({ grant }) => !ended.has(grant))
      .map(({ id, grant, namespace }) =>
        accepted({ method: 'PUT', path: 'sys/leases/revoke', token: grant.token, namespace, body: { lease_id: id } }),
      ),
  );
}
