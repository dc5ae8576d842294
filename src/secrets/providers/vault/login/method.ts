import type { ProviderHost } from '../../provider.ts';
import type { Answer } from '../client.ts';
import type { Overrides } from '../reference.ts';
import type { AuthSettings, Method } from '../settings.ts';
import type { Sharing } from '../sharing.ts';
import type { Call } from '../transport.ts';

/** What a login has at hand. */
export interface Setup<M extends Method> {
  host: ProviderHost;
  /** The settings of this method; undefined when safebuild.yaml has none, or those of another one. */
  auth: Extract<AuthSettings, { method: M }> | undefined;
  /** vals' parameters of the reference. */
  overrides: Overrides;
  /** Where the login happens; undefined: the root namespace. */
  namespace: string | undefined;
  /** Asks Vault. `once`: for what has an effect that cannot be had twice. */
  ask(call: Call, options?: { once?: boolean }): Promise<Answer>;
  /** What wrapping tokens held, by the token: each is good for one time. */
  unwraps: Sharing<string>;
}

/** The request that logs in. */
export interface LoginRequest {
  /** Behind `auth/`: `approle/login`. */
  path: string;
  body: Readonly<Record<string, string>>;
}

/** What a session reads with. */
export interface Grant {
  /** Absent where an agent on the way adds one. */
  token?: string;
  /** True when nobody but this session has the token: it is revoked at the end. */
  own: boolean;
  namespace: string | undefined;
  /** Where the token comes from, in words for a message: `VAULT_TOKEN`. */
  from: string;
}
