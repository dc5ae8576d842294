import { SafebuildError } from '../../../errors.ts';
import type { Answer } from './client.ts';
import { ExactNumber, isObject } from './exact-json.ts';
import type { Grant } from './login/index.ts';
import { preflightPath, type Route, routesOf } from './mount.ts';
import type { Call } from './transport.ts';

/** One secret of Vault, with all of its fields. */
export interface VaultSecret {
  fields: Readonly<Record<string, unknown>>;
  /** Number of the version, where the mount keeps versions. */
  version?: string;
  changed?: Date;
}

/** What to read, and with what. */
export interface Wanted {
  path: string;
  version: string | undefined;
  namespace: string | undefined;
  grant: Grant;
}

/** Below this it is a word that a person chose for a server of their own (`vault server -dev`), and may be in any secret. */
const shortestToken = 20;

type Ask = (call: Call) => Promise<Answer>;

/**
 * Reads one secret, of KV v1, KV v2 or any engine that makes one when it is read.
 *
 * Throws SECRET_MISSING where Vault says that there is none (any more), SOURCE_FAILED where it does not let us.
 */
export async function readSecret(wanted: Wanted, ask: Ask): Promise<VaultSecret> {
  const { path, version, namespace, grant } = wanted;
  const request = (at: string, query?: Record<string, string>): Promise<Answer> =>
    ask({ method: 'GET', path: at, token: grant.token, namespace, ...(query ? { query } : {}) });
  const routes = routesOf(path, await request(preflightPath(path)));
  const refusals: number[] = [];
  for (const route of routes) {
    if (version !== undefined && !route.kv2) continue;
    const answer = await request(route.path, version === undefined ? undefined : { version });
    const found = secretOf(answer, route, wanted);
    if (found !== undefined) return found;
    refusals.push(answer.status);
  }
  if (refusals.length === 0) {
    throw new SafebuildError('SECRET_MISSING', `${path} in Vault has no versions: its mount is not KV v2`, {
      hint: 'Take the version out of the reference.',
    });
  }
  throw await refusalOf(refusals, wanted, routes[0], ask);
}

/** Undefined for a refusal that another route may not meet. */
function secretOf(
  { status, body, text }: Answer,
  route: Route,
  { path, grant, version }: Wanted,
): VaultSecret | undefined {
  const data = isObject(body?.data) ? body.data : undefined;
  if (status === 200 || status === 204) {
    // Some paths answer with the token that asks, and a project must not get hold of that.
    if (grant.token !== undefined && grant.token.length >= shortestToken && text.includes(grant.token)) {
      throw new SafebuildError('SOURCE_FAILED', `${path} in Vault holds the very token that safebuild asks with`, {
        hint: 'Refer to a secret that the build needs.',
      });
    }
    if (data === undefined) throw missing(`${path} in Vault holds nothing`);
    if (!route.kv2) return { fields: data };
  }
  if (!route.kv2 || data === undefined || !isObject(data.metadata)) return undefined;
  const { version: number, created_time: created, destroyed } = data.metadata;
  if (isObject(data.data)) return { fields: data.data, ...versionOf(number), ...timeOf(created) };
  const which = version === undefined ? 'the newest version' : `version ${version}`;
  throw missing(
    `${which} of ${path} in Vault is ${destroyed === true ? 'destroyed' : 'deleted'}`,
    destroyed === true
      ? 'Write a new version, or refer to one that is left.'
      : 'Undelete it (vault kv undelete), or refer to another version.',
  );
}

function versionOf(number: unknown): { version?: string } {
  return number instanceof ExactNumber && /^\d{1,9}$/.test(number.text) ? { version: number.text } : {};
}

function timeOf(created: unknown): { changed?: Date } {
  const changed = new Date(typeof created === 'string' ? created : Number.NaN);
  return Number.isNaN(changed.getTime()) ? {} : { changed };
}

async function refusalOf(statuses: readonly number[], wanted: Wanted, route: Route, ask: Ask): Promise<SafebuildError> {
  const { path, version } = wanted;
  const within = wanted.namespace === undefined ? '' : ` of namespace ${wanted.namespace}`;
  if (statuses.includes(403)) return forbidden(wanted, route, within, ask);
  if (statuses.includes(404)) {
    const which = version === undefined ? '' : `version ${version} of `;
    return missing(`${which}${path} does not exist in Vault${within}`, `Check the mount, the path and the namespace.`);
  }
  return new SafebuildError('SOURCE_FAILED', `Vault does not answer to a read of ${path} (${statuses.join(', ')})`, {
    hint: 'Check with vault read that it can be read at all.',
  });
}

/** Vault says 403 for a dead token, for a lacking policy, and for a mount that is not there. The first can be told apart. */
async function forbidden(
  { path, namespace, grant }: Wanted,
  route: Route,
  within: string,
  ask: Ask,
): Promise<SafebuildError> {
  const self: Call = { method: 'GET', path: 'auth/token/lookup-self', token: grant.token, namespace };
  const lookup = grant.token === undefined ? undefined : (await ask(self)).status;
  if (lookup === 403) {
    return new SafebuildError('SOURCE_FAILED', `Vault does not take the token from ${grant.from}${within}`, {
      hint: 'It has expired, was revoked, or belongs to another namespace: log in again, or check the namespace.',
    });
  }
  return new SafebuildError('SOURCE_FAILED', `Vault does not let us read ${path}${within} (403)`, {
    hint: `Ask for a policy with read on ${route.path}, or check the mount: Vault says the same of one that is not there.`,
  });
}

function missing(message: string, hint = 'Check the path in the reference.'): SafebuildError {
  return new SafebuildError('SECRET_MISSING', message, { hint });
}
