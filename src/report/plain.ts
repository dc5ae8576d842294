/**
 * A copy of `value` whose strings hold no control characters: those are written as `\x1b`.
 *
 * Names of files and instructions come out of an image, and must not be able to move the cursor or to begin a line of their
 * own in the report. Only a `remedy`, which is ours, may have several lines.
 */
export function withoutControls<T>(value: T, key = ''): T {
  if (typeof value === 'string') return escapeControls(value, key === 'remedy') as T;
  if (Array.isArray(value)) return value.map((item) => withoutControls(item, key)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutControls(item, name)])) as T;
}

// Also what turns the direction of text, with which one name can look like another (Unicode TR 36).
const controls = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

function escapeControls(text: string, lines: boolean): string {
  return text.replace(controls, (character) => {
    if (lines && character === '\n') return character;
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
  });
}

/** One JSON document of several lines; what JSON leaves as it is and a terminal obeys is written `\uXXXX` there. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  const escaped = text.replace(
    unsafeInJson,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${escaped}\n`;
}

// U+009B alone begins a sequence on some terminals; the rest as above. None stands outside of a string.
const unsafeInJson = /[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
