import { base64 } from './base64.ts';
import type { Form } from './form.ts';
import { percent } from './percent.ts';
import { textOf } from './text.ts';

/** What Windows-1252 has where ISO 8859-1 has control characters (from 0x80 on; WHATWG Encoding, index windows-1252). */
const windows = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/**
 * A value that is not ASCII, in ISO 8859-1 or Windows-1252: older databases and mail, and headers of HTTP (basic authentication,
 * RFC 7617 §2.1), there also in base64 or percent-encoded; and what UTF-8 becomes when it is taken for one of these and encoded again.
 */
export const eightBit: Form = {
  name: 'latin-1',
  *encode(value) {
    const text = textOf(value)?.normalize('NFC');
    if (text === undefined || /^[\0-\x7f]*$/.test(text)) return;
    for (const bytes of [latin1Of(text), windowsOf(text)]) {
      if (bytes === undefined) continue;
      yield { bytes };
      yield* base64.encode(bytes);
      yield* percent.encode(bytes);
    }
    const letters = [...value].map((byte) => String.fromCharCode(byte));
    yield { bytes: Buffer.from(letters.join(''), 'utf8') };
    yield { bytes: Buffer.from(letters.map((letter) => windowsLetter(letter)).join(''), 'utf8') };
  },
};

function latin1Of(text: string): Buffer | undefined {
  return /^[\0-\xff]*$/.test(text) ? Buffer.from(text, 'latin1') : undefined;
}

function windowsOf(text: string): Buffer | undefined {
  const codes = [...text].map((letter) => {
    const at = windows.indexOf(letter);
    return at >= 0 ? 0x80 + at : letter.charCodeAt(0) > 0xff || letter.length > 1 ? undefined : letter.charCodeAt(0);
  });
  return codes.includes(undefined) ? undefined : Buffer.from(codes as number[]);
}

/** What a byte is shown as. */
function windowsLetter(letter: string): string {
  const code = letter.charCodeAt(0);
  return code >= 0x80 && code < 0xa0 ? (windows[code - 0x80] ?? letter) : letter;
}
