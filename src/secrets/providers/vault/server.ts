import { SafebuildError } from '../../../errors.ts';
import type { ProviderHost } from '../provider.ts';
import { pathOf, variable } from './ambient.ts';
import type { VaultSettings } from './settings.ts';

/** A path, and what stands for it in messages: people put the key itself where its path belongs. */
export interface NamedPath {
  path: string;
  shown: string;
}

/** Which Vault is asked, and how its certificate is judged. Paths are absolute. */
export interface Server {
  /** May have a path of its own, behind a reverse proxy. No slash at the end. */
  base: string;
  /** `vault.example.com:8200`, for messages. */
  host: string;
  scheme: 'http:' | 'https:';
  loopback: boolean;
  /** PEM texts themselves, not a path: VAULT_CACERT_BYTES. */
  caBytes?: string;
  caCert?: NamedPath;
  caPath?: NamedPath;
  serverName?: string;
  clientCert?: NamedPath;
  clientKey?: NamedPath;
  skipVerify: boolean;
  /** How often a request is tried again. */
  retries: number;
}

/**
 * The server that is asked: the one that a reference names (`address=`, as vals has it), else VAULT_ADDR, else that of
 * safebuild.yaml.
 *
 * An address of a project comes this far only where the user trusts the project with it (secrets/fetch/demands.ts): a token
 * goes there. In all that belongs to TLS the environment goes before safebuild.yaml. Throws SOURCE_FAILED where no server is
 * named, and CONFIG_INVALID for what is no address.
 */
export function serverOf(host: ProviderHost, settings: VaultSettings, address?: string): Server {
  const { env } = host;
  const url = namedServer(variable(env, 'ADDR'), settings.address, address);
  const loopback = isLoopback(url.hostname);
  if (url.protocol === 'http:' && !loopback && settings['allow-http'] !== true) {
    throw new SafebuildError(
      'SOURCE_FAILED',
      'the address of Vault says http, so the token would cross the network in the clear',
      {
        hint: 'Use https, or set sources.vault.allow-http: true where the network itself is trusted.',
      },
    );
  }
  const file = (suffix: string, setting: keyof VaultSettings): NamedPath | undefined => {
    const [ambient, configured] = [variable(env, suffix), settings[setting]];
    if (ambient !== undefined) return { path: pathOf(host, ambient), shown: `the path in VAULT_${suffix}` };
    if (typeof configured !== 'string') return undefined;
    return { path: pathOf(host, configured), shown: `the path in sources.vault.${setting}` };
  };
  return {
    base: url.href.replace(/\/+$/, ''),
    host: url.host,
    scheme: url.protocol === 'http:' ? 'http:' : 'https:',
    loopback,
    ...given({
      caBytes: variable(env, 'CACERT_BYTES'),
      caCert: file('CACERT', 'ca-cert'),
      caPath: file('CAPATH', 'ca-path'),
      serverName: variable(env, 'TLS_SERVER_NAME') ?? settings['tls-server-name'],
      clientCert: file('CLIENT_CERT', 'client-cert'),
      clientKey: file('CLIENT_KEY', 'client-key'),
    }),
    skipVerify: /^(1|t|true)$/i.test(variable(env, 'SKIP_VERIFY') ?? ''),
    retries: Math.min(Number(/^\d{1,3}$/.exec(variable(env, 'MAX_RETRIES') ?? '')?.[0] ?? 5), 20),
  };
}

function namedServer(ambient: string | undefined, setting: string | undefined, address: string | undefined): URL {
  if (address !== undefined) return addressOf(withScheme(address), 'address=');
  if (ambient !== undefined) return addressOf(ambient, 'VAULT_ADDR');
  if (setting !== undefined) return addressOf(setting, 'sources.vault.address');
  throw new SafebuildError('SOURCE_FAILED', 'no Vault server is known: VAULT_ADDR is not set', {
    hint: 'Set VAULT_ADDR, or sources.vault.address, to the address of the server.',
  });
}

/** vals also takes HOST:PORT. */
function withScheme(address: string): string {
  return /^[\w.-]+:\d+$/.test(address) ? `https://${address}` : address;
}

function addressOf(text: string, where: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const proper = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url && proper && url.hostname && !url.username && !url.password && !url.search && !url.hash) return url;
  throw new SafebuildError('CONFIG_INVALID', `${where} is not the address of a Vault server`, {
    hint: 'Write it as https://vault.example.com:8200.',
  });
}

/** Names that resolve here without a name server; a proxy is never asked for them. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function given<T extends Record<string, string | NamedPath | undefined>>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;
}
