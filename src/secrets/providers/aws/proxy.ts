import { request as requestPlain } from 'node:http';
import { Agent, type RequestOptions, request as requestSecure } from 'node:https';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect } from 'node:tls';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * An agent that heeds HTTPS_PROXY and NO_PROXY, as the aws command does and the SDK for JavaScript does not.
 *
 * Undefined where no proxy is set; throws TypeError for one that is no URL. A tunnel by CONNECT: RFC 9110, section 9.3.6.
 */
export function proxyAgent(env: Env): Agent | undefined {
  const proxy = env.HTTPS_PROXY || env.https_proxy;
  if (!proxy) return undefined;
  // curl and others take `host:port` as well
  return new TunnelAgent(
    new URL(proxy.includes('://') ? proxy : `http://${proxy}`),
    env.NO_PROXY || env.no_proxy || '',
  );
}

/** Whether `NO_PROXY` names a host: `*`, a name, a domain with or without its dot; each may have a port. */
export function isExempt(host: string, port: number, noProxy: string): boolean {
  return noProxy.split(/[\s,]+/).some((rule) => {
    const [, name = '', rulePort] = /^(.*?)(?::(\d+))?$/.exec(rule.toLowerCase()) ?? [];
    if (name === '' || (rulePort !== undefined && Number(rulePort) !== port)) return false;
    const domain = name.replace(/^\*?\./, '');
    return name === '*' || host === domain || host.endsWith(`.${domain}`);
  });
}

class TunnelAgent extends Agent {
  readonly #proxy: URL;
  readonly #noProxy: string;

  constructor(proxy: URL, noProxy: string) {
    super({ keepAlive: true });
    this.#proxy = proxy;
    this.#noProxy = noProxy;
  }

  // what node:http calls for every new connection; a stream that is there later goes to the callback
  override createConnection(
    to: RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | undefined {
    const host = to.host ?? '';
    const port = Number(to.port ?? 443);
    const destination = { ...to, host, port } as ConnectionOptions;
    if (isExempt(host, port, this.#noProxy)) return connect(destination);
    const fail = callback as ((error: Error) => void) | undefined;
    const { protocol, hostname, port: proxyPort, username, password } = this.#proxy;
    const secure = protocol === 'https:';
    const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
    const connecting = (secure ? requestSecure : requestPlain)({
      method: 'CONNECT',
      // an IPv6 address is in brackets in a URL, and without them here
      host: hostname.replace(/^\[|\]$/g, ''),
      port: proxyPort || (secure ? 443 : 80),
      path: `${host}:${port}`,
      headers: { host: `${host}:${port}`, ...(username === '' ? {} : { 'proxy-authorization': `Basic ${login}` }) },
      agent: false,
    });
    connecting.once('error', (error) => fail?.(error));
    connecting.once('connect', (response, socket) => {
      if (response.statusCode === 200) {
        callback?.(null, connect({ ...destination, socket }));
        return;
      }
      socket.destroy();
      fail?.(Object.assign(new Error('the proxy refused'), { code: 'ECONNREFUSED' }));
    });
    connecting.end();
    return undefined;
  }
}
