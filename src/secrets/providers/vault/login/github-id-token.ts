import { SafebuildError } from '../../../../errors.ts';
import type { ProviderHost } from '../../provider.ts';
import { isLoopback } from '../server.ts';

/**
 * Asks the runner of GitHub Actions for a JWT about this very job.
 *
 * Source: GitHub docs, "OpenID Connect reference", requesting the JWT by the environment variables. Throws SOURCE_FAILED
 * when the job may not have one.
 */
export async function githubIdToken(
  host: ProviderHost,
  audience: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: address = '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer = '' } = host.env;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const secure = url?.protocol === 'https:' || (url !== undefined && isLoopback(url.hostname));
  if (url === undefined || !secure || !/^[\x21-\x7e]+$/.test(bearer)) {
    throw failed('the job may not ask GitHub for an id token');
  }
  if (audience !== undefined) url.searchParams.set('audience', audience);
  const { Agent, EnvHttpProxyAgent, request } = await import('undici');
  const proxy = (name: string) => host.env[name.toLowerCase()] || host.env[name] || '';
  const dispatcher = isLoopback(url.hostname)
    ? new Agent()
    : new EnvHttpProxyAgent({ httpProxy: '', httpsProxy: proxy('HTTPS_PROXY'), noProxy: proxy('NO_PROXY') });
  try {
    const headers = { authorization: `Bearer ${bearer}`, accept: 'application/json' };
    const { statusCode, body } = await request(url, { headers, dispatcher, signal });
    const answer: unknown = statusCode === 200 ? await body.json() : undefined;
    const { value } = (answer ?? {}) as { value?: unknown };
    if (typeof value === 'string' && value !== '') return value;
  } catch {
    // falls through: no word of the answer, and none of the request
  } finally {
    await dispatcher.destroy();
  }
  throw failed('GitHub gave the job no id token');
}

function failed(message: string): SafebuildError {
  return new SafebuildError('SOURCE_FAILED', `${message}, so there is no login to Vault`, {
    hint: 'Give the job permissions: id-token: write.',
  });
}
