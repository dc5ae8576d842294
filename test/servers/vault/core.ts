import { randomBytes } from 'node:crypto';
import { database, kv1, kv2 } from './engines.ts';
import { approle, jwt, kubernetes, userpass } from './methods.ts';
import {
  type Backend,
  done,
  type Keeper,
  type Lease,
  listOf,
  ok,
  type Reply,
  type Request,
  refused,
  type Token,
} from './model.ts';
import { allows, defaultPolicy, type Policy, reaches } from './policy.ts';

const backends: Record<string, () => Backend> = { database, approle, jwt, kubernetes, userpass };

/**
 * A stand-in for Vault, for what cannot be had here: its HTTP API as documented, as far as safebuild and its tests use it.
 *
 * Names of namespaces and mounts end in `/` and count from the root.
 */
export class Core implements Keeper {
  readonly rootToken = tokenId();
  readonly tokens = new Map<string, Token>();
  readonly leases = new Map<string, Lease>();
  sealed = false;
  readonly #mounts = new Map<string, Backend>();
  readonly #namespaces = new Set(['']);
  readonly #policies = new Map<string, Policy>();
  readonly #wrapped = new Map<string, Reply>();

  constructor() {
    this.tokens.set(this.rootToken, { id: this.rootToken, namespace: '', policies: ['root'], accessor: tokenId() });
  }

  grant(namespace: string, policies: unknown): Record<string, unknown> {
    const token: Token = { id: tokenId(), namespace, policies: ['default', ...listOf(policies)], accessor: tokenId() };
    this.tokens.set(token.id, token);
    const { id, accessor } = token;
    return { client_token: id, accessor, policies: token.policies, lease_duration: 3600, renewable: true };
  }

  lend(prefix: string, token: string): Lease {
    const lease = { id: `${prefix}${randomBytes(12).toString('hex')}`, token };
    this.leases.set(lease.id, lease);
    return lease;
  }

  async handle(request: Request): Promise<Reply> {
    if (this.sealed) return refused(503, 'Vault is sealed');
    const reply = await this.#route(request);
    return request.wrapTtl !== undefined && reply.status === 200 ? this.#wrap(request, reply) : reply;
  }

  async #route(request: Request): Promise<Reply> {
    const asked = `${request.namespace ?? ''}/${request.path}`.replace(/^\/+/, '');
    const namespace = longest([...this.#namespaces], asked) ?? '';
    const named = (request.namespace ?? '').replace(/\/?$/, '/').replace(/^\//, '');
    const path = asked.slice(namespace.length);
    if (path === 'sys/wrapping/unwrap') return this.#unwrap(request);
    if (!this.#namespaces.has(named)) return refused(404, `no handler for route "${asked}". route entry not found.`);
    const mount = longest([...this.#mounts.keys()], `${asked}/`);
    const backend = mount === undefined ? undefined : this.#mounts.get(mount);
    const inner = asked.slice(mount?.length ?? 0);
    const token = this.tokens.get(request.token ?? '');
    if (backend?.open?.(inner) !== true) {
      if (token === undefined) return refused(403, 'permission denied', 'invalid token');
      if (!path.startsWith('sys/internal/ui/mounts/') && !this.#may(token, request.method, asked)) {
        return refused(403, '1 error occurred:\n\t* permission denied\n\n');
      }
    }
    const own = token === undefined ? undefined : this.#system(request, namespace, path, token);
    if (own !== undefined) return own;
    if (backend === undefined || mount === undefined) {
      return refused(404, `no handler for route "${asked}". route entry not found.`);
    }
    const at = { mount: mount.slice(namespace.length), namespace };
    return (
      (await backend.handle(request, inner, this, at)) ??
      refused(405, '1 error occurred:\n\t* unsupported operation\n\n')
    );
  }

  /** What belongs to no mount: `sys/` and the tokens. */
  #system({ method, body }: Request, namespace: string, path: string, token: Token): Reply | undefined {
    if (path.startsWith('sys/internal/ui/mounts/')) return this.#preflight(namespace, path.slice(23), token);
    const write = method === 'POST' || method === 'PUT';
    const [, kind = '', name = ''] = /^sys\/(mounts|auth|namespaces|policies\/acl|policy)\/(.+)$/.exec(path) ?? [];
    if (write && kind !== '') return this.#set(namespace, kind, name.replace(/\/$/, ''), body);
    // Vault takes PUT and POST for the same (API docs, "API operations").
    switch (`${write ? 'POST' : method} ${path}`) {
      case 'POST auth/token/create':
        return ok({ auth: this.grant(namespace, body.policies) });
      case 'GET auth/token/lookup-self':
        return ok({ data: { id: token.id, accessor: token.accessor, policies: token.policies } });
      case 'POST auth/token/lookup':
        return this.tokens.has(String(body.token)) ? ok({ data: { ttl: 3600 } }) : refused(403, 'bad token');
      case 'POST auth/token/revoke':
        this.#revoke(String(body.token));
        return done;
      case 'POST auth/token/revoke-self':
        this.#revoke(token.id);
        return done;
      case 'POST sys/leases/lookup':
        return this.leases.has(String(body.lease_id))
          ? ok({ data: { id: body.lease_id } })
          : refused(400, 'invalid lease');
      case 'POST sys/leases/revoke':
        return this.leases.delete(String(body.lease_id)) ? done : refused(400, 'invalid lease');
      default:
        return undefined;
    }
  }

  #set(namespace: string, kind: string, name: string, body: Record<string, unknown>): Reply {
    const full = `${namespace}${name}`;
    if (kind === 'namespaces') {
      this.#namespaces.add(`${full}/`);
      return ok({ data: { path: `${full}/` } });
    }
    if (kind.startsWith('polic')) {
      this.#policies.set(full, JSON.parse(String(body.policy)) as Policy);
      return done;
    }
    const version = (body.options as { version?: unknown } | undefined)?.version;
    const make = body.type === 'kv' ? (version === '2' ? kv2 : kv1) : backends[String(body.type)];
    if (make === undefined) return refused(400, 'unknown type');
    this.#mounts.set(kind === 'auth' ? `${namespace}auth/${name}/` : `${full}/`, make());
    return done;
  }

  #preflight(namespace: string, path: string, token: Token): Reply {
    const mount = longest([...this.#mounts.keys()], `${namespace}${path}/`);
    const backend = mount === undefined ? undefined : this.#mounts.get(mount);
    if (mount === undefined || backend === undefined || !this.#reaches(token, mount)) {
      return refused(
        403,
        `preflight capability check returned 403, please ensure client's policies grant access to path "${path}/"`,
      );
    }
    return ok({ data: { path: mount.slice(namespace.length), type: backend.type, options: backend.options } });
  }

  #wrap(request: Request, inner: Reply): Reply {
    const token = tokenId();
    this.#wrapped.set(token, inner);
    return ok({ wrap_info: { token, ttl: 300, creation_path: request.path, accessor: '', creation_time: '' } });
  }

  #unwrap({ token, body }: Request): Reply {
    const id = String(body.token ?? token);
    const inner = this.#wrapped.get(id);
    this.#wrapped.delete(id);
    return inner ?? refused(400, 'wrapping token is not valid or does not exist');
  }

  #revoke(id: string): void {
    this.tokens.delete(id);
    for (const lease of this.leases.values()) if (lease.token === id) this.leases.delete(lease.id);
  }

  #may(token: Token, method: string, full: string): boolean {
    if (!full.startsWith(token.namespace)) return false;
    if (token.policies.includes('root')) return true;
    return allows(this.#of(token), method, full.slice(token.namespace.length));
  }

  #reaches(token: Token, mount: string): boolean {
    if (!mount.startsWith(token.namespace)) return false;
    return token.policies.includes('root') || reaches(this.#of(token), mount.slice(token.namespace.length));
  }

  #of({ namespace, policies }: Token): Policy[] {
    const named = policies.map((name) =>
      name === 'default' ? defaultPolicy : this.#policies.get(`${namespace}${name}`),
    );
    return named.filter((policy) => policy !== undefined);
  }
}

/** The longest of the names that `path` begins with. */
function longest(names: readonly string[], path: string): string | undefined {
  return names.filter((name) => path.startsWith(name)).sort((a, b) => b.length - a.length)[0];
}

function tokenId(): string {
  return `hvs.not-a-secret-${randomBytes(12).toString('hex')}`;
}
