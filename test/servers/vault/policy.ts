/** An ACL policy in Vault's JSON form: `{ path: { 'secret/data/*': { capabilities: ['read'] } } }`. */
export interface Policy {
  path: Record<string, { capabilities: string[] }>;
}

/** What every token may do (docs, "Default policy"), as far as it matters here. Revoking leases is not of it. */
export const defaultPolicy: Policy = {
  path: {
    'auth/token/lookup-self': { capabilities: ['read'] },
    'auth/token/revoke-self': { capabilities: ['update'] },
    'sys/leases/renew': { capabilities: ['update'] },
  },
};

/** Docs, "Policies": the verbs behind capabilities. */
const capabilities: Record<string, string[]> = {
  GET: ['read'],
  LIST: ['list'],
  DELETE: ['delete'],
  POST: ['create', 'update'],
  PUT: ['create', 'update'],
};

/** Whether one of the policies allows the request; `deny` on any matching path wins. */
export function allows(policies: readonly Policy[], method: string, path: string): boolean {
  const granted = rulesOf(policies).filter(([pattern]) => matches(pattern, path));
  if (granted.some(([, given]) => given.includes('deny'))) return false;
  return granted.some(([, given]) => given.some((one) => capabilities[method]?.includes(one)));
}

/** Whether there is any rule below a mount, which is what sys/internal/ui/mounts asks for. */
export function reaches(policies: readonly Policy[], mount: string): boolean {
  return rulesOf(policies).some(([pattern]) => pattern === '*' || pattern.startsWith(mount) || matches(pattern, mount));
}

function rulesOf(policies: readonly Policy[]): [string, string[]][] {
  return policies.flatMap((policy) =>
    Object.entries(policy.path).map(([pattern, rule]): [string, string[]] => [pattern, rule.capabilities]),
  );
}

/** A star at the end stands for any rest, a plus for one part. */
function matches(pattern: string, path: string): boolean {
  const source = pattern
    .replace(/\*$/, '')
    .split('/')
    .map((part) => (part === '+' ? '[^/]+' : part.replace(/[.*?^$()[\]{}|\\+]/g, '\\$&')))
    .join('/');
  return new RegExp(`^${source}${pattern.endsWith('*') ? '.*' : ''}$`, 's').test(path);
}
