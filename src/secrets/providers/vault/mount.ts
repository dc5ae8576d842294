import type { Answer } from './client.ts';
import { ExactNumber, isObject } from './exact-json.ts';

/** One way to read a secret: the path of the API, and whether the answer is one of KV v2. */
export interface Route {
  path: string;
  kv2: boolean;
}

/** The path of the request that tells what a secret's mount is, as Vault's own command line asks. */
export function preflightPath(path: string): string {
  return `sys/internal/ui/mounts/${path}`;
}

/**
 * The ways to read `path`, best first, by the answer to the preflight.
 *
 * One way where Vault says what the mount is. Where it does not (403: the policy lets the token read a secret, but not
 * below its mount, or there is no such mount), what KV v2 would have and then the path as it stands. A path that has KV v2's
 * `data/` typed by hand is taken as it stands.
 */
export function routesOf(path: string, preflight: Answer): readonly [Route, ...Route[]] {
  const mount = preflight.status === 200 ? readMount(preflight.body) : undefined;
  if (mount !== undefined) {
    if (!mount.kv2) return [{ path, kv2: false }];
    return [kv2Route(path, mountWithin(path, mount.path))];
  }
  const first = path.slice(0, path.indexOf('/') + 1);
  const guess = kv2Route(path, first);
  const asItStands: Route = { path, kv2: false };
  if (guess.path === path) return [guess, asItStands];
  // A Vault from before the preflight (0.10) has no KV v2.
  return preflight.status === 404 ? [asItStands] : [guess, asItStands];
}

function readMount(body: Answer['body']): { path: string; kv2: boolean } | undefined {
  const data = body?.data;
  if (!isObject(data) || typeof data.path !== 'string') return undefined;
  const version = isObject(data.options) ? data.options.version : undefined;
  return { path: data.path, kv2: version === '2' || (version instanceof ExactNumber && version.text === '2') };
}

/** The mount as a beginning of `path`. With namespaces Vault names the mount from the root, and the path may not. */
function mountWithin(path: string, mount: string): string {
  for (let rest = mount; rest !== ''; rest = rest.slice(rest.indexOf('/') + 1 || rest.length)) {
    if (`${path}/`.startsWith(rest)) return rest;
  }
  return path.slice(0, path.indexOf('/') + 1);
}

function kv2Route(path: string, mount: string): Route {
  const rest = path.slice(mount.length);
  // Nothing behind the mount: data itself, where Vault finds nothing either.
  return { path: rest.startsWith('data/') ? path : `${mount}data/${rest}`.replace(/\/$/, ''), kv2: true };
}
