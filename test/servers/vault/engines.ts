import { type Backend, done, ok, type Reply, refused } from './model.ts';

/** KV version 1 (api-docs/secret/kv/kv-v1). */
export function kv1(): Backend {
  const secrets = new Map<string, unknown>();
  return {
    type: 'kv',
    options: { version: '1' },
    handle: ({ method, body }, path) => {
      if (method === 'POST' || method === 'PUT') {
        secrets.set(path, body);
        return done;
      }
      if (method !== 'GET') return undefined;
      return secrets.has(path) ? ok({ lease_duration: 2764800, data: secrets.get(path) }) : refused(404);
    },
  };
}

interface Version {
  data: unknown;
  created: string;
  deleted: string;
  destroyed: boolean;
}

/** KV version 2 (api-docs/secret/kv/kv-v2): data, delete, destroy. */
export function kv2(): Backend {
  const secrets = new Map<string, Version[]>();
  return {
    type: 'kv',
    options: { version: '2' },
    handle: ({ method, body, query }, path) => {
      const [, action, name = ''] = /^(data|delete|destroy)\/(.+)$/s.exec(path) ?? [];
      const versions = secrets.get(name) ?? [];
      secrets.set(name, versions);
      if (action === undefined) return refused(404);
      if (method === 'GET') return action === 'data' ? readVersion(versions, query.get('version')) : undefined;
      if (action !== 'data') return removeVersions(versions, action, body.versions as number[]);
      versions.push({ data: body.data, created: new Date().toISOString(), deleted: '', destroyed: false });
      return ok({ data: metadata(versions, versions.length) });
    },
  };
}

function readVersion(versions: readonly Version[], asked: string | null): Reply {
  const number = Number(asked ?? 0) || versions.length;
  const version = versions[number - 1];
  if (version === undefined) return refused(404);
  const gone = version.destroyed || version.deleted !== '';
  const data = { data: gone ? null : version.data, metadata: metadata(versions, number) };
  return { ...ok({ data }), status: gone ? 404 : 200 };
}

function removeVersions(versions: readonly Version[], action: string, numbers: readonly number[]): Reply {
  for (const number of numbers) {
    const version = versions[number - 1];
    if (version === undefined) continue;
    if (action === 'delete') version.deleted = new Date().toISOString();
    else Object.assign(version, { destroyed: true, data: null });
  }
  return done;
}

function metadata(versions: readonly Version[], number: number): Record<string, unknown> {
  const { created, deleted, destroyed } = versions[number - 1] as Version;
  return { created_time: created, custom_metadata: null, deletion_time: deleted, destroyed, version: number };
}

/** The database engine's roles and creds (api-docs/secret/databases), without a database behind it. */
export function database(): Backend {
  const roles = new Set<string>();
  let made = 0;
  return {
    type: 'database',
    options: null,
    handle: ({ method, token }, path, keeper, { mount, namespace }) => {
      const [, kind, name = ''] = /^(roles|creds)\/(.+)$/.exec(path) ?? [];
      if (kind === 'roles' && method !== 'GET') {
        roles.add(name);
        return done;
      }
      if (kind !== 'creds' || method !== 'GET') return undefined;
      if (!roles.has(name)) return refused(400, `unknown role: ${name}`);
      const lease = keeper.lend(`${namespace}${mount}creds/${name}/`, token ?? '');
      made += 1;
      const data = { username: `v-build-${made}`, password: `not-a-secret-7f3a91c2d4e8-${made}` };
      return ok({ lease_id: lease.id, lease_duration: 3600, renewable: true, data });
    },
  };
}
