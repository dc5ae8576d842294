import type { Range } from '../finding.ts';
import { partialForm } from './forms/index.ts';
import type { Match } from './search.ts';

/** Whether the byte at `at` may be more of the same encoding. */
type Belongs = (bytes: Uint8Array, at: number) => boolean;

const base64OfText = oneOf(/[A-Za-z0-9+/=_\r\n-]/);

/**
 * What an encoded text goes on with, for the forms of which a search may know a piece only: of a long value, or of one that
 * is cut. A slash is no part where it is rarer in the encoding than between the names of a path.
 */
const alphabets: ReadonlyMap<string, Belongs> = new Map([
  [partialForm, oneOf(/[A-Za-z0-9+=_-]/)],
  ['one line of the key', base64OfText],
  ['base64 of base64', oneOf(/[A-Za-z0-9+=_\r\n-]/)],
  ['base64 of utf-16', base64OfText],
  ['base64 of json', base64OfText],
  ['base64 of hex', base64OfText],
  ['hex of base64', oneOf(/[0-9A-Fa-f]/)],
  ['base85', oneOf(/[!-~\r\n]/)],
  ['base32', oneOf(/[A-Za-z0-9=]/)],
  ['separated hex', oneOf(/[0-9A-Fa-fxX\\:, \r\n-]/)],
  ['percent', oneOf(/[%0-9A-Fa-f]/)],
  ['octal', oneOf(/[\\0-7]/)],
  ['unicode escapes', oneOf(/[\\uUxX{}0-9A-Fa-f]/)],
  ['character references', oneOf(/[&#xX;0-9A-Fa-f]/)],
  ['utf-32', (bytes, at) => bytes[at] === 0 || bytes[at - 1] === 0 || bytes[at + 1] === 0],
]);

const edgeOfBase64 = oneOf(/[A-Za-z0-9+_-]/);
const padding = oneOf(/=/);

function oneOf(characters: RegExp): Belongs {
  return (bytes, at) => characters.test(String.fromCharCode(bytes[at]!));
}

/**
 * The bytes around a match that tell of the value, too, as they are more of the same encoding: the search knows most forms of
 * a long value by a piece, and base64 without the characters at its edges, which hold bits of the value's neighbours.
 */
export function withRest(bytes: Uint8Array, { form, start, end }: Match): Range {
  if (form === 'base64') {
    const last = widened(bytes, { start, end }, edgeOfBase64, 1);
    return { start: last.start, end: widened(bytes, last, padding, 2).end };
  }
  const belongs = alphabets.get(form);
  return belongs === undefined ? { start, end } : widened(bytes, { start, end }, belongs, bytes.length);
}

function widened(bytes: Uint8Array, { start, end }: Range, belongs: Belongs, most: number): Range {
  let first = start;
  let behind = end;
  while (first > 0 && start - first < most && belongs(bytes, first - 1)) first--;
  while (behind < bytes.length && behind - end < most && belongs(bytes, behind)) behind++;
  return { start: first, end: behind };
}
