import type { Core } from '../../../../servers/vault/core.ts';

type Fields = Record<string, unknown>;

/** What Vault answered to its operator. */
export interface Told {
  status: number;
  data: Fields;
  auth: Fields;
  wrapToken: string;
}

/** The operator of a Vault under test: sets it up through its documented API, be it real or not. */
export interface Admin {
  ask(method: string, path: string, body?: Fields, options?: { namespace?: string; wrapTtl?: string }): Promise<Told>;
  /** Mounts KV. */
  kv(mount: string, version: 1 | 2, namespace?: string): Promise<void>;
  /** Writes a policy that allows `capabilities` on each path. */
  policy(name: string, paths: Record<string, string[]>, namespace?: string): Promise<void>;
  /** A token with the policies, as a person would have one. */
  token(policies: string[], namespace?: string): Promise<string>;
  /** Whether Vault still knows a token. */
  isAlive(token: string): Promise<boolean>;
}

/** How the operator's requests get to Vault: text of a JSON body, or none, comes back with the status. */
type Send = (
  method: string,
  path: string,
  headers: { namespace?: string; wrapTtl?: string },
  body: Fields | undefined,
) => Promise<{ status: number; text: string }>;

/** The operator of a server that is reached over HTTP. */
export function adminAt(url: string, rootToken: string): Admin {
  return adminBy(async (method, path, { namespace, wrapTtl }, body) => {
    const response = await fetch(`${url}/v1/${path}`, {
      method,
      headers: {
        'x-vault-token': rootToken,
        ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
        ...(wrapTtl === undefined ? {} : { 'x-vault-wrap-ttl': wrapTtl }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  });
}

/** The operator of a stand-in, without the way over HTTP: many tests set up many of them. */
export function adminOf(core: Core): Admin {
  return adminBy(async (method, path, { namespace, wrapTtl }, body = {}) => {
    const rest = { query: new URLSearchParams(), token: core.rootToken, namespace, wrapTtl, headers: {}, body };
    const reply = await core.handle({ method, path, ...rest });
    return { status: reply.status, text: reply.body === undefined ? '' : JSON.stringify(reply.body) };
  });
}

function adminBy(send: Send): Admin {
  const ask: Admin['ask'] = async (method, path, sent, options = {}) => {
    const { status, text } = await send(method, path, options, sent);
    const { data, auth, wrap_info } = (text === '' ? {} : JSON.parse(text)) as Record<string, Fields | null>;
    return { status, data: data ?? {}, auth: auth ?? {}, wrapToken: String(wrap_info?.token) };
  };
  const must = async (...words: Parameters<Admin['ask']>): Promise<Told> => {
    const told = await ask(...words);
    if (told.status >= 300) throw new Error(`${words[0]} ${words[1]}: ${told.status}`);
    return told;
  };
  const within = (namespace: string | undefined) => (namespace === undefined ? {} : { namespace });
  return {
    ask: must,
    kv: async (mount, version, namespace) => {
      const body = { type: 'kv', options: { version: String(version) } };
      await must('POST', `sys/mounts/${mount}`, body, within(namespace));
      // A mount of KV v2 answers with 400 while it upgrades itself, right after it was made.
      for (let tried = 0; tried < 50; tried++) {
        const path = version === 2 ? `${mount}/data/first` : `${mount}/first`;
        const written = await ask('POST', path, version === 2 ? { data: { a: 'b' } } : { a: 'b' }, within(namespace));
        if (written.status < 300) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`${mount} does not take secrets`);
    },
    policy: async (name, paths, namespace) => {
      const path = Object.fromEntries(Object.entries(paths).map(([at, capabilities]) => [at, { capabilities }]));
      await must('PUT', `sys/policies/acl/${name}`, { policy: JSON.stringify({ path }) }, within(namespace));
    },
    token: async (policies, namespace) => {
      const { auth } = await must('POST', 'auth/token/create', { policies, ttl: '1h' }, within(namespace));
      return String(auth.client_token);
    },
    isAlive: async (token) => (await ask('POST', 'auth/token/lookup', { token })).status === 200,
  };
}
