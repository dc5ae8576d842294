type CharClass = 'lower' | 'upper' | 'digit' | 'other';

function classOf(char: string): CharClass {
  if (char >= 'a' && char <= 'z') return 'lower';
  if (char >= 'A' && char <= 'Z') return 'upper';
  return char >= '0' && char <= '9' ? 'digit' : 'other';
}

/** Share of neighbours that belong to different classes: about 0.6 in random base62, under 0.3 in words of any casing. */
function changeRate(text: string): number {
  let changes = 0;
  for (let i = 1; i < text.length; i++) if (classOf(text[i] ?? '') !== classOf(text[i - 1] ?? '')) changes++;
  return text.length < 2 ? 0 : changes / (text.length - 1);
}

/** Shannon entropy in bits per character. */
export function bitsPerCharacter(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/**
 * Whether a value looks as if a machine had drawn it.
 *
 * One stretch of at least 12 letters and digits that change class as random text does, within a value of at least 16
 * characters; or 32 and more hexadecimal digits. Words, dates, versions and host names stay below.
 */
export function looksRandom(value: string): boolean {
  if (value.length < 16 || /\s/.test(value)) return false;
  return value.split(/[^A-Za-z0-9]+/).some(isRandomStretch);
}

function isRandomStretch(stretch: string): boolean {
  if (/^[0-9a-f]{32,}$|^[0-9A-F]{32,}$/.test(stretch)) return bitsPerCharacter(stretch) > 2.8;
  const mixed = /[0-9]/.test(stretch) ? /[A-Za-z]/.test(stretch) : /[a-z]/.test(stretch) && /[A-Z]/.test(stretch);
  return stretch.length >= 12 && mixed && changeRate(stretch) >= 0.34 && bitsPerCharacter(stretch) >= 2.8;
}
