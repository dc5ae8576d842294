/** A string of a JSON document: a value, or the name of a member. */
export interface Leaf {
  /** RFC 6901; for a name, the pointer of its value. */
  pointer: string;
  text: string;
}

/** Every string value and member name, escapes decoded, in document order. Not recursive: documents may nest deeply. */
export function* leavesOf(json: unknown): Generator<Leaf, void, undefined> {
  const open: { pointer: string; value: unknown }[] = [{ pointer: '', value: json }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { pointer, value } = next;
    if (typeof value === 'string') yield { pointer, text: value };
    else if (typeof value === 'object' && value !== null) {
      const members = Object.entries(value).map(([name, member]) => ({
        name,
        pointer: `${pointer}/${escapeToken(name)}`,
        value: member as unknown,
      }));
      if (!Array.isArray(value)) for (const { name, pointer: at } of members) yield { pointer: at, text: name };
      open.push(...members.reverse());
    }
  }
}

/** A JSON pointer with each of its names changed. */
export function mapTokens(pointer: string, change: (name: string) => string): string {
  return pointer
    .split('/')
    .map((token) => escapeToken(change(token.replaceAll('~1', '/').replaceAll('~0', '~'))))
    .join('/');
}

function escapeToken(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Shorter text in the base64 alphabet is a word, not an encoding. */
const shortestBase64 = 16;

/** The bytes of a text that is base64 as a whole (standard or url-safe, wrapped or not); undefined when it is not. */
export function decodeBase64(text: string): Buffer | undefined {
  if (text.length < shortestBase64 || !/^[A-Za-z0-9+/_\s-]+={0,2}\s*$/.test(text)) return undefined;
  return Buffer.from(text, 'base64');
}

/** The parsed content; undefined for what is no JSON. */
export function parseJson(bytes: Buffer): { value: unknown } | undefined {
  // a byte order mark is no part of the document
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
