import { randomUUID, verify } from 'node:crypto';
import { type Backend, done, listOf, ok, refused } from './model.ts';

type Fields = Record<string, unknown>;

interface Role {
  id: string;
  fields: Fields;
  /** What is left of their uses; 0 is without end. */
  secretIds: Map<string, number>;
}

/** AppRole (api-docs/auth/approle): roles, role ids, secret ids, login. */
export function approle(): Backend {
  const roles = new Map<string, Role>();
  return {
    type: 'approle',
    options: null,
    open: (path) => path === 'login',
    handle: ({ method, body }, path, keeper, { namespace }) => {
      if (path === 'login') {
        const role = [...roles.values()].find((one) => one.id === body.role_id && accepts(one, body.secret_id));
        if (role === undefined) return refused(400, 'invalid role or secret ID');
        return ok({ auth: keeper.grant(namespace, role.fields.token_policies) });
      }
      const [, name = '', part] = /^role\/([^/]+)(?:\/(role-id|secret-id))?$/.exec(path) ?? [];
      const role = roles.get(name);
      if (part === undefined && method !== 'GET') {
        roles.set(name, { id: randomUUID(), secretIds: new Map(), ...role, fields: body });
        return done;
      }
      if (role === undefined) return refused(404);
      if (part === 'role-id' && method === 'GET') return ok({ data: { role_id: role.id } });
      if (part !== 'secret-id' || method === 'GET') return undefined;
      const secretId = randomUUID();
      role.secretIds.set(secretId, Number(role.fields.secret_id_num_uses ?? 0));
      return ok({ data: { secret_id: secretId, secret_id_accessor: randomUUID() } });
    },
  };
}

function accepts({ fields, secretIds }: Role, given: unknown): boolean {
  if (fields.bind_secret_id === false) return true;
  const uses = secretIds.get(String(given));
  if (uses === 1) secretIds.delete(String(given));
  return uses !== undefined;
}

/** userpass (api-docs/auth/userpass). */
export function userpass(): Backend {
  const users = new Map<string, Fields>();
  return {
    type: 'userpass',
    options: null,
    open: (path) => path.startsWith('login/'),
    handle: ({ method, body }, path, keeper, { namespace }) => {
      const [, kind, name = ''] = /^(login|users)\/(.+)$/.exec(path) ?? [];
      if (method === 'GET') return undefined;
      if (kind === 'users') {
        users.set(name, body);
        return done;
      }
      const user = users.get(name);
      if (user === undefined || user.password !== body.password) return refused(400, 'invalid username or password');
      return ok({ auth: keeper.grant(namespace, user.token_policies) });
    },
  };
}

/** JWT (api-docs/auth/jwt) with public keys of its own; ES256 alone. The signature and the bounds are checked. */
export function jwt(): Backend {
  const roles = new Map<string, Fields>();
  let config: Fields = {};
  return {
    type: 'jwt',
    options: null,
    open: (path) => path === 'login',
    handle: ({ method, body }, path, keeper, { namespace }) => {
      if (method === 'GET') return undefined;
      const [, name] = /^role\/(.+)$/.exec(path) ?? [];
      if (name !== undefined) roles.set(name, body);
      else if (path === 'config') config = body;
      if (path !== 'login') return done;
      const role = roles.get(String(body.role ?? config.default_role));
      if (role === undefined) return refused(400, `role "${String(body.role)}" could not be found`);
      const claims = verified(String(body.jwt), listOf(config.jwt_validation_pubkeys));
      if (claims === undefined) return refused(400, 'error validating token: error verifying token signature');
      if (config.bound_issuer !== undefined && claims.iss !== config.bound_issuer) {
        return refused(400, 'error validating token: invalid issuer (iss) claim');
      }
      const audiences = listOf(role.bound_audiences);
      if (!listOf(claims.aud).some((one) => audiences.includes(one))) {
        return refused(400, 'error validating token: invalid audience (aud) claim: audience claim does not match');
      }
      return ok({ auth: keeper.grant(namespace, role.token_policies) });
    },
  };
}

function verified(token: string, keys: readonly string[]): Fields | undefined {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const [head, claims] = [header, payload].map((part) => parse(Buffer.from(part, 'base64url').toString()));
  const signed = keys.some((key) =>
    verify(
      'sha256',
      Buffer.from(`${header}.${payload}`),
      { key, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    ),
  );
  const now = Date.now() / 1000;
  return head?.alg === 'ES256' && signed && Number(claims?.exp) > now ? claims : undefined;
}

/** Kubernetes (api-docs/auth/kubernetes): asks the cluster's TokenReview, as Vault does. */
export function kubernetes(): Backend {
  const roles = new Map<string, Fields>();
  let config: Fields = {};
  return {
    type: 'kubernetes',
    options: null,
    open: (path) => path === 'login',
    handle: async ({ method, body }, path, keeper, { namespace }) => {
      if (method === 'GET') return undefined;
      const [, name] = /^role\/(.+)$/.exec(path) ?? [];
      if (name !== undefined) roles.set(name, body);
      else if (path === 'config') config = body;
      if (path !== 'login') return done;
      const role = roles.get(String(body.role));
      if (role === undefined) return refused(400, `invalid role name "${String(body.role)}"`);
      const review = await fetch(`${String(config.kubernetes_host)}/apis/authentication.k8s.io/v1/tokenreviews`, {
        method: 'POST',
        headers: { authorization: `Bearer ${String(config.token_reviewer_jwt)}`, 'content-type': 'application/json' },
        body: JSON.stringify({ kind: 'TokenReview', spec: { token: body.jwt } }),
      });
      const { status } = (await review.json()) as { status: { authenticated?: boolean; user?: { username: string } } };
      if (status.authenticated !== true) return refused(403, 'permission denied');
      const [, , space = '', account = ''] = status.user?.username.split(':') ?? [];
      const fits =
        listOf(role.bound_service_account_namespaces).includes(space) &&
        listOf(role.bound_service_account_names).includes(account);
      return fits ? ok({ auth: keeper.grant(namespace, role.token_policies) }) : refused(403, 'permission denied');
    },
  };
}

function parse(text: string): Fields | undefined {
  try {
    return JSON.parse(text) as Fields;
  } catch {
    return undefined;
  }
}
