import type { Trouble } from './answer.ts';

const unreachable = [
  ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'EPIPE', 'EADDRNOTAVAIL'],
  ['ERR_STREAM_PREMATURE_CLOSE', 'ERR_SOCKET_CLOSED', 'EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER'],
].flat();
const slow = [
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'ECONNABORTED',
  'TimeoutError',
  'AbortError',
  'ERR_SOCKET_CONNECTION_TIMEOUT',
];
// the codes of OpenSSL's verification, as Node has them
const untrusted = [
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'CERT_UNTRUSTED'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_SIGNATURE_FAILURE', 'INVALID_CA'],
].flat();

/** Says that a server was not reached, that nobody vouches for it, or that it is another; undefined for an error of another kind. */
export function networkTrouble(error: unknown, store: string): Trouble | undefined {
  const words = wordsOf(error);
  if (untrusted.some((code) => words.has(code))) {
    return failed(
      `The certificate of ${store} is not trusted`,
      'Set NODE_EXTRA_CA_CERTS to the certificates of the proxy or authority that signs connections here.',
    );
  }
  if (words.has('ERR_INVALID_URL')) {
    return failed(
      `An address for ${store} in the environment is none`,
      'Correct HTTPS_PROXY, or the endpoint that is set.',
    );
  }
  if (slow.some((code) => words.has(code))) {
    return failed(`${store} did not answer in time`, 'Check the network and its proxy, and try again.');
  }
  if (unreachable.some((code) => words.has(code))) {
    return failed(`${store} could not be reached`, 'Check the network, its proxy, and the names in the reference.');
  }
  // an SDK that cannot read what it got, such as a page of a proxy
  if (words.has('SyntaxError') || words.has('TypeError')) {
    return failed(`What answered is not ${store}`, 'Check the proxy, and the names in the reference.');
  }
  return undefined;
}

/** Codes and names of an error and of all that it wraps. */
function wordsOf(error: unknown): Set<string> {
  const words = new Set<string>();
  const seen = new Set<unknown>();
  const collect = (one: unknown): void => {
    if (typeof one !== 'object' || one === null || seen.has(one)) return;
    seen.add(one);
    for (const key of ['code', 'name', 'type'] as const) {
      const word: unknown = Reflect.get(one, key);
      if (typeof word === 'string') words.add(word);
    }
    collect(Reflect.get(one, 'cause'));
    collect(Reflect.get(one, 'error'));
    const errors: unknown = Reflect.get(one, 'errors');
    if (Array.isArray(errors)) errors.forEach(collect);
  };
  collect(error);
  return words;
}

function failed(message: string, hint: string): Trouble {
  return { code: 'SOURCE_FAILED', message, hint };
}
