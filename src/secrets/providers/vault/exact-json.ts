import { randomBytes } from 'node:crypto';

/** A number of a JSON text, digit for digit: a pin of twenty digits is no double. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A string, which is passed over, or a number. The string comes first, so that no digits within one are taken. */
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Parses JSON with every number as an ExactNumber. Gives undefined for what is no JSON: a parser's error quotes the text. */
export function parseExact(text: string): unknown {
  // Unguessable, so that no value of the store can pass for a number.
  const mark = randomBytes(16).toString('hex');
  try {
    JSON.parse(text);
    const marked = text.replace(token, (found) => (found.startsWith('"') ? found : `"${mark}${found}"`));
    return JSON.parse(marked, (_key, value: unknown) =>
      typeof value === 'string' && value.startsWith(mark) ? new ExactNumber(value.slice(mark.length)) : value,
    );
  } catch {
    return undefined;
  }
}

/** The opposite of `parseExact`: compact JSON, members in the order of the object, numbers digit for digit. */
export function printExact(value: unknown): string {
  if (value instanceof ExactNumber) return value.text;
  if (Array.isArray(value)) return `[${value.map(printExact).join(',')}]`;
  if (isObject(value)) {
    const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${printExact(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}

/** Whether a parsed value is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}
