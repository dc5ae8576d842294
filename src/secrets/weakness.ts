import { isCommonWord, isRegularRun } from './common-words.ts';

// Random bytes hold a given 6-byte value once in 2^48 places; real images, full of text, hold short words by the million.
const shortestBytes = 6;
const shortBytes = 8;

/**
 * Why a search for `value` would mean nothing, or undefined.
 *
 * The words give away neither the value nor its length.
 */
export function weakness(value: Uint8Array): string | undefined {
  const text = Buffer.from(value).toString('latin1').trim();
  if (text.length < shortestBytes || (text.length < shortBytes && !mixes(text))) return 'too short to be searched for';
  if (isCommonWord(text)) return 'too common a word to be searched for';
  if (isRegularRun(text)) return 'too regular to be searched for';
  if (/^\d{1,10}$/.test(text)) return 'too common a number to be searched for';
  return undefined;
}

function mixes(text: string): boolean {
  const classes = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((pattern) => pattern.test(text));
  return classes.length >= 2;
}
