import { base64 } from './base64.ts';
import type { Form } from './form.ts';
import { hex } from './hex.ts';
import { textOf } from './text.ts';

/** Fewer bytes are a word that happens to be valid base64, more than a key that was handed over in text. */
const shortestKey = 8;
/** Zeros and the like are in every file. */
const fewestDistinct = 4;

/** The name of the form, as findings show it. */
export const decodedForm = 'decoded value';

/** What a value stands for when it is itself an encoding: the bytes of a key given in hex or base64, and their twins. */
export const decoded: Form = {
  name: decodedForm,
  *encode(value) {
    const text = textOf(value)?.trim();
    if (text === undefined) return;
    const fromHex = /^(?:[0-9a-f]{2})+$|^(?:[0-9A-F]{2})+$/.test(text) ? Buffer.from(text, 'hex') : undefined;
    const bytes = fromHex ?? fromBase64(text);
    if (bytes === undefined || bytes.length < shortestKey || new Set(bytes).size < fewestDistinct) return;
    yield { bytes };
    yield* fromHex === undefined ? hex.encode(bytes) : base64.encode(bytes);
  },
};

/** Undefined when the text is not exactly what an encoder writes, with or without padding. */
function fromBase64(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  const bare = text.replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/');
  return bytes.toString('base64').replace(/=+$/, '') === bare ? bytes : undefined;
}
