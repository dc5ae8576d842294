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

export function adminOf(url: string, rootToken: string): Admin {
  const ask: Admin['ask'] = async (method, path, body, { namespace, wrapTtl } = {}) => {
    const response = await fetch(`${url}/v1/${path}`, {
      method,
      headers: {
        'x-vault-token': rootToken,
        ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
        ...(wrapTtl === undefined ? {} : { 'x-vault-wrap-ttl': wrapTtl }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const { data, auth, wrap_info } = (text === '' ? {} : JSON.parse(text)) as Record<string, Fields | null>;
    return { status: response.status, data: data ?? {}, auth: auth ?? {}, wrapToken: String(wrap_info?.token) };
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
