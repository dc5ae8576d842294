import { isExample } from './example.ts';

/** Longest user and password together, and the scheme before them. */
const longest = 320;

const stops = new Set(Buffer.from('\0\t\n\v\f\r "/<>`', 'latin1'));
const colon = 0x3a;
const slash = 0x2f;
const at = 0x40;

/**
 * Whether the address that begins at `start` says a user and a password before its host: `scheme://user:password@`.
 *
 * Characters that no address has are none of a password (RFC 3986, 3.2.1 and appendix C): without that, an address without
 * a password and an `@` further on in the same line of JSON are one. Also true where the bytes end before that is known.
 */
export function hasUserinfo(bytes: Uint8Array, start: number): boolean {
  const end = Math.min(bytes.length, start + longest);
  let place = start;
  while (place < end && !(bytes[place] === slash && bytes[place + 1] === slash)) place++;
  let user = false;
  for (place += 2; place < end; place++) {
    const byte = bytes[place]!;
    if (byte === colon) user = true;
    else if (byte === at) return user;
    else if (stops.has(byte)) return false;
  }
  return place >= bytes.length;
}

const address = /^[^/]{0,20}:\/\/[^:/]{1,100}:([^@/]{1,200})@([^\s"'<>`\\]*)/;

/** Hosts of documentation (RFC 2606). */
const exampleHost = /^(?:[\w-]+\.){0,9}(?:example\.(?:com|org|net)|example)(?![\w.-])/;

/**
 * How long the address is with which a match of the kept rule begins; undefined when its password or its host is an example.
 *
 * The rule goes on to the next white space: through markup, and through the rest of a document in one line.
 */
export function addressLength(match: string): number | undefined {
  const [whole, password = '', behind = ''] = address.exec(match) ?? [];
  return whole === undefined || isExample(password) || exampleHost.test(behind) ? undefined : whole.length;
}
