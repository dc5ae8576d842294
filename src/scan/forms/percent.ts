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

/** Percent-encoding (RFC 3986 §2.1): reserved bytes only or every byte, either digit case, a space also as `+`. */
export const percent: Form = {
  name: 'percent',
  *encode(value) {
    for (const upper of [true, false]) {
      yield { bytes: encodeBytes(value, undefined, upper, '%20') };
      for (const safe of kept) {
        yield { bytes: encodeBytes(value, safe, upper, '%20') };
        if (value.includes(0x20)) yield { bytes: encodeBytes(value, safe, upper, '+') };
      }
    }
  },
};

function encodeBytes(value: Buffer, safe: string | undefined, upper: boolean, space: string): Uint8Array {
  let text = '';
  for (const byte of value) {
    const character = String.fromCharCode(byte);
    const plain = safe !== undefined && (/[A-Za-z0-9]/.test(character) || safe.includes(character));
    const digits = byte.toString(16).padStart(2, '0');
    if (plain) text += character;
    else text += byte === 0x20 ? space : `%${upper ? digits.toUpperCase() : digits}`;
  }
  return Buffer.from(text, 'latin1');
}
