import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { SafebuildError } from '../../../errors.ts';
import type { Fetched, ProviderHost, ProviderSession } from '../provider.ts';
import { untilAborted } from './abort.ts';
import { variable } from './ambient.ts';
import { type Client, openClient, type Pace, type Patience } from './client.ts';
import { fieldOf } from './field.ts';
import { giveBack, type Lease, leaseIn } from './leases.ts';
import { type Grant, logIn, methodFor } from './login/index.ts';
import { readSecret, type VaultSecret } from './read.ts';
import { parseReference, type VaultReference } from './reference.ts';
import { expectAddress, serverOf } from './server.ts';
import { readSettings, type VaultSettings } from './settings.ts';
import { sharing } from './sharing.ts';

export interface SessionOptions extends Pace {
  /** How long `close` waits for answers that may carry a token or a lease, in milliseconds. */
  graceMs: number;
  /** How long `close` may take in all. */
  closingMs: number;
}

const defaults: SessionOptions = { firstPauseMs: 300, graceMs: 2000, closingMs: 5000 };

interface Opened {
  settings: VaultSettings;
  client: Client;
}

/**
 * One build's use of Vault.
 *
 * Every login and every secret is asked for once, however many references share it: the fields of a dynamic credential are
 * of one lease. A request under way when the build is interrupted is left to end, so that what it lent can be given back.
 */
export function openSession(host: ProviderHost, options: Partial<SessionOptions> = {}): ProviderSession {
  const { firstPauseMs, graceMs, closingMs } = { ...defaults, ...options };
  const closing = new AbortController();
  const life = new AbortController();
  const patience: Patience = { halt: AbortSignal.any([host.signal, closing.signal]), breakOff: life.signal };
  // Every request and every fetch listens to these; Node would take more than ten for a leak, and say so to the user.
  setMaxListeners(0, host.signal, patience.halt, life.signal);
  const logins = sharing<Grant>();
  const secrets = sharing<VaultSecret>();
  const underWay = new Set<Promise<unknown>>();
  const own: Grant[] = [];
  const leases: Lease[] = [];
  let opened: Opened | undefined;

  /** Settings and environment are looked at with the first fetch, so that their errors are those of a fetch. */
  function open(): Opened {
    const settings = opened?.settings ?? readSettings(host.settings('vault'));
    opened ??= { settings, client: openClient(serverOf(host, settings), host, { firstPauseMs }) };
    return opened;
  }

  function grantFor({ overrides, namespace }: VaultReference): Promise<Grant> {
    const { settings, client } = open();
    const { auth } = settings;
    const method = methodFor(host.env, auth, overrides);
    const loginNamespace = auth !== undefined && 'namespace' in auth ? auth.namespace : undefined;
    const where = headerOf(loginNamespace ?? namespace ?? defaultNamespace(settings));
    const ask: Parameters<typeof logIn>[0]['ask'] = (call, { once = false } = {}) =>
      client.call(call, { ...patience, once });
    return logins([method, where, overrides], () =>
      logIn({ host, auth, overrides, namespace: where, ask }, method, (grant) => own.push(grant)),
    );
  }

  async function secretFor(reference: VaultReference): Promise<VaultSecret> {
    const { settings, client } = open();
    expectAddress(client.server, reference.overrides.address);
    const grant = await grantFor(reference);
    const { path, version } = reference;
    const namespace = headerOf(reference.namespace ?? defaultNamespace(settings));
    return secrets([path, version, namespace, grant.from, reference.overrides], () =>
      readSecret({ path, version, namespace, grant }, async (call) => {
        const answer = await client.call(call, patience);
        const id = leaseIn(answer);
        if (id !== undefined) leases.push({ id, grant, namespace });
        return answer;
      }),
    );
  }

  function defaultNamespace(settings: VaultSettings): string | undefined {
    return variable(host.env, 'NAMESPACE') ?? settings.namespace;
  }

  async function fetch(text: string): Promise<Fetched> {
    const reference = parseReference(text);
    const { fields, version, changed } = await secretFor(reference);
    return {
      value: fieldOf(fields, reference.field, `${reference.path} in Vault`),
      ...(version === undefined ? {} : { version }),
      ...(changed === undefined ? {} : { changed }),
    };
  }

  async function giveAllBack({ client }: Opened): Promise<void> {
    const deadline = AbortSignal.timeout(closingMs);
    setMaxListeners(0, deadline);
    await giveBack(own, leases, (call) => client.call(call, { halt: deadline, breakOff: deadline }));
  }

  return {
    fetch: (text) => {
      const work = fetch(text);
      underWay.add(work);
      const forget = () => underWay.delete(work);
      work.then(forget, forget);
      return untilAborted(work, host.signal);
    },
    close: async () => {
      closing.abort();
      await Promise.race([Promise.allSettled(underWay), sleep(graceMs, undefined, { ref: false })]);
      if (opened !== undefined) await giveAllBack(opened).catch(() => undefined);
      life.abort();
      await opened?.client.close();
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
