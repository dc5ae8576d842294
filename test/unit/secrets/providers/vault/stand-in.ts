import type { TlsOptions } from 'node:tls';
import { afterEach } from '@jest/globals';
import type { ProviderSession } from '../../../../../src/secrets/providers/provider.ts';
import { openSession, type SessionOptions } from '../../../../../src/secrets/providers/vault/session.ts';
import { type StandIn, startStandIn } from '../../../../servers/vault/start.ts';
import { type Admin, adminOf } from './admin.ts';
import { hostWith, quick, type TestHost } from './host.ts';

export const value = 'not-a-secret-7f3a91c2d4e8';

/** A stand-in with what most tests need: `secret/app` in KV v2, the policy `app`, an engine of dynamic credentials. */
export interface Bed extends StandIn {
  admin: Admin;
  /** A token with the policy `app`. */
  token: string;
  /** A session with that token; `env` may replace it. */
  open(env?: Record<string, string>, settings?: unknown, options?: Partial<SessionOptions>): Opened;
  /** The requests since the bed was made, as `GET secret/data/app`. */
  asked(): string[];
}

export interface Opened extends ProviderSession {
  host: TestHost;
}

const beds: StandIn[] = [];
afterEach(async () => {
  await Promise.all(beds.splice(0).map((bed) => bed.close()));
});

export async function makeBed(): Promise<Bed> {
  const standIn = await startStandIn();
  beds.push(standIn);
  const admin = adminOf(standIn.core);
  await admin.kv('secret', 2);
  await admin.ask('POST', 'secret/data/app', { data: { password: value } });
  await admin.ask('POST', 'sys/mounts/database', { type: 'database' });
  await admin.ask('POST', 'database/roles/app', {});
  const rules = { 'secret/data/app': ['read'], 'database/creds/app': ['read'], 'sys/leases/revoke': ['update'] };
  await admin.policy('app', rules);
  const token = await admin.token(['app']);
  return Object.assign(standIn, {
    admin,
    token,
    open: (env: Record<string, string> = {}, settings?: unknown, options?: Partial<SessionOptions>): Opened => {
      const host = hostWith({ VAULT_ADDR: standIn.url, VAULT_TOKEN: token, ...env }, settings);
      return Object.assign(openSession(host, { ...quick, ...options }), { host });
    },
    asked: () => standIn.seen.map(({ method, path }) => `${method} ${path}`),
  });
}

/** A stand-in over TLS, with one secret, as `secret/app` of KV v1. */
export async function makeTlsBed(tls: TlsOptions): Promise<StandIn> {
  const standIn = await startStandIn({ tls });
  beds.push(standIn);
  const admin = adminOf(standIn.core);
  await admin.kv('secret', 1);
  await admin.ask('POST', 'secret/app', { password: value });
  return standIn;
}
