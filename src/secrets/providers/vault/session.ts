import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fetched, ProviderHost, ProviderSession } from '../provider.ts';
import { untilAborted } from './abort.ts';
import type { Pace, Patience } from './client.ts';
import { type Connection, openConnection } from './connection.ts';
import { fieldOf } from './field.ts';
import { parseReference } from './reference.ts';
import { serverOf } from './server.ts';
import { readSettings, type VaultSettings } from './settings.ts';

export interface SessionOptions extends Pace {
  /** How long `close` waits for answers that may carry a token or a lease, in milliseconds. */
  graceMs: number;
  /** How long giving back may take. */
  closingMs: number;
}

const defaults: SessionOptions = { firstPauseMs: 300, graceMs: 2000, closingMs: 5000 };

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
  const connections = new Map<string, Connection>();
  const underWay = new Set<Promise<unknown>>();
  let settings: VaultSettings | undefined;

  /** Settings and environment are looked at with the first fetch, so that their errors are those of a fetch. */
  function connectionTo(address: string | undefined): Connection {
    settings ??= readSettings(host.settings('vault'));
    const server = serverOf(host, settings, address);
    const connection =
      connections.get(server.base) ?? openConnection(server, { host, settings, patience, firstPauseMs });
    connections.set(server.base, connection);
    return connection;
  }

  async function fetch(text: string): Promise<Fetched> {
    const reference = parseReference(text);
    const { fields, version, changed } = await connectionTo(reference.overrides.address).read(reference);
    return {
      value: fieldOf(fields, reference.field, `${reference.path} in Vault`),
      ...(version === undefined ? {} : { version }),
      ...(changed === undefined ? {} : { changed }),
    };
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
      await Promise.all([...connections.values()].map((connection) => connection.close(closingMs)));
      life.abort();
    },
  };
}
