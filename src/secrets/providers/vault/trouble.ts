import { SafebuildError } from '../../../errors.ts';
import type { Server } from './server.ts';

// What Vault says is never quoted: an error of a plugin may hold what it was asked with.

/** Why a try of a request gave no answer that can be used. */
export type Trouble =
  | { kind: 'unavailable'; code: number; sealed: boolean; retryAfter: string | undefined }
  | { kind: 'redirected' }
  | { kind: 'foreign'; code: number }
  | { kind: 'unreached'; error: unknown }
  | { kind: 'stopped' };

/**
 * Whether the same request may go well later.
 *
 * With `once`, only where Vault surely did nothing: no connection, sealed, over a quota, or not up to date.
 */
export function passing(trouble: Trouble, once: boolean): boolean {
  switch (trouble.kind) {
    case 'unavailable':
      // 501: not initialized, which a person does.
      return trouble.code !== 501 && (!once || trouble.sealed || trouble.code === 429 || trouble.code === 412);
    case 'unreached': {
      const code = codeOf(trouble.error) ?? '';
      if (/^ENOTFOUND$|^EPROTO$|CERT|SSL|TLS|VERIFY|INVALID_ARG|^ERR_/.test(code)) return false;
      return !once || code === 'ECONNREFUSED' || code === 'UND_ERR_CONNECT_TIMEOUT';
    }
    default:
      return false;
  }
}

/** The error that ends the fetch. */
export function lasting(server: Server, trouble: Trouble): SafebuildError {
  const vault = `Vault at ${server.host}`;
  switch (trouble.kind) {
    case 'redirected':
      return failed(`${vault} sends its clients to another address, where the token does not go`, {
        hint: 'Set VAULT_ADDR to the address of the active server or of the load balancer.',
      });
    case 'foreign':
      return failed(`${vault} does not answer as Vault does (${trouble.code})`, {
        hint: 'Check VAULT_ADDR: the server, the port, and the path if a proxy has one for Vault.',
      });
    case 'stopped':
      return failed(`${vault} was not asked in time`, { hint: 'Check that it is reachable, and build again.' });
    case 'unreached':
      return unreached(vault, server, codeOf(trouble.error));
    case 'unavailable':
      return unavailable(vault, trouble);
  }
}

function unavailable(vault: string, { code, sealed }: { code: number; sealed: boolean }): SafebuildError {
  if (sealed) return failed(`${vault} is sealed`, { hint: 'Ask its operators to unseal it, and build again.' });
  if (code === 429) return failed(`${vault} is over its rate limit, or a standby`, { hint: 'Build again later.' });
  if (code === 412) return failed(`${vault} has not yet caught up with its own writes`, { hint: 'Build again later.' });
  if (code === 501) return failed(`${vault} is not initialized`, { hint: 'Ask its operators to initialize it.' });
  if (code === 472 || code === 473) {
    return failed(`${vault} is a standby that serves no requests`, {
      hint: 'Set VAULT_ADDR to the address of the active server or of the load balancer.',
    });
  }
  return failed(`${vault} answers with an error: ${code}`, { hint: 'Ask its operators, or build again later.' });
}

function unreached(vault: string, server: Server, code = ''): SafebuildError {
  const why = code === '' ? '' : `: ${code}`;
  if (server.scheme === 'https:' && /^EPROTO$|WRONG_VERSION|PACKET_LENGTH/.test(code)) {
    return failed(`${vault} does not speak TLS`, { hint: 'Check the scheme and the port in VAULT_ADDR.' });
  }
  if (/CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE/.test(code)) {
    return failed(`${vault} does not take our client certificate${why}`, {
      hint: 'Set VAULT_CLIENT_CERT and VAULT_CLIENT_KEY to a pair that it knows.',
    });
  }
  if (code.startsWith('ERR_OSSL')) {
    return failed(`a certificate or key that is set up for ${vault} cannot be used${why}`, {
      hint: 'Check that VAULT_CACERT, VAULT_CLIENT_CERT and VAULT_CLIENT_KEY are PEM files that belong together.',
    });
  }
  if (/CERT|SSL|TLS|VERIFY/.test(code)) {
    return failed(`${vault} has a certificate that is not trusted${why}`, {
      hint: 'Set VAULT_CACERT to the certificate of its authority, and VAULT_TLS_SERVER_NAME if its name differs.',
    });
  }
  return failed(`${vault} does not answer${why}`, { hint: 'Check VAULT_ADDR, the network and HTTPS_PROXY.' });
}

function failed(message: string, { hint }: { hint: string }): SafebuildError {
  return new SafebuildError('SOURCE_FAILED', message, { hint });
}

/** `ECONNREFUSED`, `DEPTH_ZERO_SELF_SIGNED_CERT`: a name that Node or undici gives, and nothing else. */
function codeOf(error: unknown): string | undefined {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } };
  const found = cause?.code ?? code;
  return typeof found === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(found) ? found : undefined;
}
