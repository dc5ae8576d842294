import { type LoopbackServer, type Reply, serveOnLoopback } from '../loopback.ts';

/** What the account has. */
export interface DopplerAccount {
  token: string;
  /** Of a service token: it has one config and needs none named. */
  own?: { project: string; config: string };
  /** By `PROJECT/CONFIG/NAME`; null: restricted. */
  secrets: Readonly<Record<string, string | null>>;
  /** Answers so many requests with 429 first. */
  busy?: number;
}

/**
 * Stands for Doppler's API, which is a service and cannot be had: one GET, with the documented status codes and bodies.
 *
 * https://docs.doppler.com/reference/secrets-get
 */
export function startDoppler(account: DopplerAccount): Promise<LoopbackServer> {
  let busy = account.busy ?? 0;
  return serveOnLoopback(({ method, url, token }) => {
    if (busy-- > 0) return { ...refused(429, 'Rate limit exceeded'), headers: { 'retry-after': '0' } };
    if (token !== account.token) return refused(401, 'Invalid Auth token');
    if (method !== 'GET' || url.pathname !== '/v3/configs/config/secret') return refused(404, 'Not found');
    const project = url.searchParams.get('project') ?? account.own?.project;
    const config = url.searchParams.get('config') ?? account.own?.config;
    const name = url.searchParams.get('name');
    if (project === undefined || config === undefined) return refused(400, 'You must specify a project');
    if (account.own !== undefined && project !== account.own.project) {
      return refused(403, 'This token does not have access to requested project');
    }
    const value = account.secrets[`${project}/${config}/${name}`];
    if (value === undefined) return refused(404, `Could not find requested secret: ${name}`);
    const visibility = value === null ? 'restricted' : 'masked';
    return {
      status: 200,
      json: { name, value: { raw: value, computed: value, note: '', rawVisibility: visibility } },
    };
  });
}

function refused(status: number, message: string): Reply {
  return { status, json: { messages: [message], success: false } };
}
