import type { Form } from './form.ts';
import { textOf } from './text.ts';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const hexDigits = /^(?=.*\d)[0-9a-f]{12,}$/i;
/** RFC 4648 §6; one-time password seeds are written in either case (Key Uri Format of Google Authenticator). */
const base32 = /^(?=.*[2-7])[A-Z2-7]{16,}={0,6}$/i;

/**
 * The value in the other letter case, where its readers take both: hex digits, UUIDs (RFC 9562 §4; also without dashes) and
 * base32.
 *
 * Not for other values: a password in the wrong case opens nothing, and a word in another case stands everywhere.
 */
export const cased: Form = {
  name: 'letter case',
  *encode(value) {
    const text = textOf(value);
    if (text === undefined) return;
    const isUuid = uuid.test(text);
    if (!isUuid && !hexDigits.test(text) && !base32.test(text)) return;
    for (const spelling of isUuid ? [text, text.replaceAll('-', '')] : [text]) {
      yield { bytes: Buffer.from(spelling) };
      yield { bytes: Buffer.from(spelling.toLowerCase()) };
      yield { bytes: Buffer.from(spelling.toUpperCase()) };
    }
  },
};
