import type { Answer } from './client.ts';
import type { Grant } from './login/index.ts';
import type { Call } from './transport.ts';

const noAnswer = 599;
/** What Vault says to who would revoke a batch token, which ends by itself, or a lease that has ended. */
const notKnown = 400;

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
 * Never throws. Returns what was not taken back, in words: it ends with its time to live.
 */
export async function giveBack(
  grants: readonly Grant[],
  leases: readonly Lease[],
  ask: (call: Call) => Promise<Answer>,
): Promise<string[]> {
  const statusOf = async (call: Call): Promise<number> => (await ask(call).catch(() => undefined))?.status ?? noAnswer;
  const ended = new Set<Grant>();
  const lost: string[] = [];
  await Promise.all(
    grants.map(async (grant) => {
      const { token, namespace } = grant;
      const call: Call = { method: 'POST', path: 'auth/token/revoke-self', token, namespace, body: {} };
      const status = await statusOf(call);
      if (status < 300) ended.add(grant);
      else if (status !== notKnown) lost.push('the token of a login to Vault');
    }),
  );
  await Promise.all(
    leases
      .filter(({ grant }) => !ended.has(grant))
      .map(async ({ id, grant, namespace }) => {
        const call: Call = {
          method: 'PUT',
          path: 'sys/leases/revoke',
          token: grant.token,
          namespace,
          body: { lease_id: id },
        };
        const status = await statusOf(call);
        if (status >= 300 && status !== notKnown) lost.push(`the lease of ${pathOf(id)} in Vault`);
      }),
  );
  return lost;
}

/** The path that was read: a lease's id is that and one more part. */
function pathOf(id: string): string {
  return id.slice(0, Math.max(0, id.lastIndexOf('/'))) || 'a secret';
}
