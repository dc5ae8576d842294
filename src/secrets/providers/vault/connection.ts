import { setMaxListeners } from 'node:events';
import { SafebuildError } from '../../../errors.ts';
import type { ProviderHost } from '../provider.ts';
import { variable } from './ambient.ts';
import { openClient, type Pace, type Patience } from './client.ts';
import { giveBack, type Lease, leaseIn } from './leases.ts';
import { type Grant, logIn, methodFor } from './login/index.ts';
import { readSecret, type VaultSecret } from './read.ts';
import type { VaultReference } from './reference.ts';
import type { Server } from './server.ts';
import type { VaultSettings } from './settings.ts';
import { sharing } from './sharing.ts';

/** What a session has with one server. */
export interface Connection {
  /** Logs in and reads, each of it once, however many references share it. */
  read(reference: VaultReference): Promise<VaultSecret>;
  /** Gives back what the server lent, as far as that is done in `closingMs`, and hangs up. Never throws. */
  close(closingMs: number): Promise<void>;
}

export interface ConnectionOptions extends Pace {
  host: ProviderHost;
  settings: VaultSettings;
  patience: Patience;
}

/** Gets ready to talk to `server`; nothing is sent before the first `read`. */
export function openConnection(server: Server, { host, settings, patience, ...pace }: ConnectionOptions): Connection {
  const client = openClient(server, host, pace);
  const logins = sharing<Grant>();
  const secrets = sharing<VaultSecret>();
  const unwraps = sharing<string>();
  const own: Grant[] = [];
  const leases: Lease[] = [];
  const ownNamespace = variable(host.env, 'NAMESPACE') ?? settings.namespace;

  function grantFor({ overrides, namespace }: VaultReference): Promise<Grant> {
    const { auth } = settings;
    const method = methodFor(host.env, auth, overrides);
    const chosen = auth !== undefined && 'namespace' in auth ? auth.namespace : undefined;
    const where = headerOf(chosen ?? namespace ?? ownNamespace);
    const ask: Parameters<typeof logIn>[0]['ask'] = (call, { once = false } = {}) =>
      client.call(call, { ...patience, once });
    return logins([method, where, overrides], () =>
      logIn({ host, auth, overrides, namespace: where, ask, unwraps }, method, (grant) => own.push(grant)),
    );
  }

  return {
    read: async (reference) => {
      const grant = await grantFor(reference);
      const { path, version, overrides } = reference;
      const namespace = headerOf(reference.namespace ?? ownNamespace);
      return secrets([path, version, namespace, grant.namespace, overrides], () =>
        readSecret({ path, version, namespace, grant }, async (call) => {
          const answer = await client.call(call, patience);
          const id = leaseIn(answer);
          if (id !== undefined) leases.push({ id, grant, namespace });
          return answer;
        }),
      );
    },
    close: async (closingMs) => {
      const deadline = AbortSignal.timeout(closingMs);
      setMaxListeners(0, deadline);
      const ending: Patience = { halt: deadline, breakOff: deadline };
      const lost = await giveBack(own, leases, (call) => client.call(call, ending));
      for (const what of lost) host.notReturned?.(what);
      await client.close();
    },
  };
}

/** Vault's own name for the root namespace is sent as none at all. Throws CONFIG_INVALID for what no header can carry. */
function headerOf(namespace: string | undefined): string | undefined {
  const name = namespace?.replace(/^\/+|\/+$/g, '');
  if (name === undefined || name === '' || name === 'root') return undefined;
  if (/^[\x21-\x7e]+$/.test(name)) return name;
  throw new SafebuildError('CONFIG_INVALID', 'the namespace of Vault has a character that none can have', {
    hint: 'Write it as its parents and its name with / between them: team/app.',
  });
}
