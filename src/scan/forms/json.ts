import type { Form } from './form.ts';
import { textOf } from './text.ts';

/** How a writer of JSON escapes beyond what JSON asks for. Each is applied to the output of JSON.stringify. */
const writers: readonly ((json: string) => string)[] = [
  (json) => json,
  // PHP json_encode without non-ASCII
  (json) => json.replaceAll('/', '\\/'),
  // Go encoding/json with its default EscapeHTML: image configs and history are written so
  (json) => json.replace(/[<>&\u2028\u2029]/g, unicodeEscape),
  // Gson with its default escapeHtmlChars
  (json) => json.replace(/[<>&='\u2028\u2029]/g, unicodeEscape),
  // Python json.dumps with its default ensure_ascii
  asciiOnly,
  // PHP json_encode
  (json) => asciiOnly(json.replaceAll('/', '\\/')),
  // .NET System.Text.Json with its default encoder
  (json) =>
    json
      .replaceAll('\\"', '\\u0022')
      .replace(/[<>&'+`]|[^\0-\x7e]/g, (character) => `\\u${codeUnit(character).toUpperCase()}`),
];

/** The inside of a JSON string, as the common writers escape it; also escaped twice (JSON inside JSON). */
export const json: Form = {
  name: 'json',
  *encode(value) {
    const text = textOf(value);
    if (text === undefined) return;
    const inner = jsonEscape(text);
    for (const write of writers) {
      const once = write(inner);
      yield { bytes: Buffer.from(once, 'utf8') };
      yield { bytes: Buffer.from(write(jsonEscape(once)), 'utf8') };
    }
  },
};

/** The inside of a JSON string, as each of the common writers escapes it. */
export function jsonStrings(text: string): string[] {
  const inner = jsonEscape(text);
  return writers.map((write) => write(inner));
}

function jsonEscape(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function asciiOnly(json: string): string {
  return json.replace(/[^\0-\x7e]/g, unicodeEscape);
}

function unicodeEscape(character: string): string {
  return `\\u${codeUnit(character)}`;
}

function codeUnit(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(4, '0');
}
