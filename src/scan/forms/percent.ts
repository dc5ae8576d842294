import { type ByteTable, byteTable, writeBytes } from './byte-table.ts';
import type { Form } from './form.ts';

/** What each family of encoders leaves as it is, beside letters and digits. */
const kept = [
  // RFC 3986 §2.3, Python urllib.parse.quote(safe=''), PHP rawurlencode
  '-._~',
  // Python urllib.parse.quote
  '-._~/',
  // ECMA-262 encodeURIComponent
  "-._~!'()*",
  // ECMA-262 encodeURI
  "-._~!'()*;/?:@&=+$,#",
  // WHATWG URL, application/x-www-form-urlencoded
  '-._*',
  // WHATWG URL, userinfo
  "-._~!$&'()*+,%",
  // Go net/url: PathEscape; userinfo
  '-._~$&+=:@',
  '-._~$&+,;=',
  // curl --data-urlencode and tools that encode everything that is not a letter or a digit
  '',
];

/** `space`: how a blank is written that is not kept. Without `safe` every byte is encoded. */
function tableOf(safe: string | undefined, upper: boolean, space: string): ByteTable {
  return byteTable((byte, character) => {
    if (safe !== undefined && (/[A-Za-z0-9]/.test(character) || safe.includes(character))) return undefined;
    const digits = byte.toString(16).padStart(2, '0');
    return byte === 0x20 ? space : `%${upper ? digits.toUpperCase() : digits}`;
  });
}

const tables = [true, false].flatMap((upper) =>
  kept.flatMap((safe) => ['%20', '+'].map((space) => tableOf(safe, upper, space))),
);
const everyByte = [true, false].map((upper) => tableOf(undefined, upper, '%20'));

/** Percent-encoding of reserved bytes (RFC 3986 §2.1), in either digit case, a space also as `+`; also twice (`%2540`). */
export const percent: Form = {
  name: 'percent',
  *encode(value) {
    // most tables differ in a few signs only, so most values are written in two or three ways
    const spellings = new Set(tables.map((table) => writeBytes(value, table).toString('latin1')));
    for (const once of spellings) {
      yield { bytes: Buffer.from(once, 'latin1') };
      if (once.includes('%')) yield { bytes: Buffer.from(once.replaceAll('%', '%25'), 'latin1') };
    }
  },
};

/** Percent-encoding of every byte, as obfuscated links have it. */
export const percentOfEveryByte: Form = {
  name: 'percent',
  longestValue: 128,
  *encode(value) {
    for (const table of everyByte) yield { bytes: writeBytes(value, table) };
  },
};
