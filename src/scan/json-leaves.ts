/** A string of a JSON document: a value, or the name of a member. */
export interface Leaf {
  /** RFC 6901; for a name, the pointer of its value. */
  pointer: string;
  text: string;
}

/** An object or array whose members are being gone through. */
interface Open {
  pointer: string;
  value: Record<string, unknown>;
  /** Of an object; those of an array are its indices. */
  names: readonly string[] | undefined;
  count: number;
  /** Members that were gone through. */
  at: number;
}

/**
 * Every string value and member name, escapes decoded, in document order. Not recursive: documents may nest deeply. Nothing is
 * made for a member before its turn: an SBOM has hundreds of thousands of them in one array.
 */
export function* leavesOf(json: unknown): Generator<Leaf, void, undefined> {
  if (typeof json === 'string') yield { pointer: '', text: json };
  const open: Open[] = [];
  yield* enter(open, '', json);
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    if (top.at === top.count) {
      open.pop();
      continue;
    }
    const name = top.names?.[top.at] ?? String(top.at);
    top.at += 1;
    const member = top.value[name];
    if (typeof member === 'string') yield { pointer: pointerOf(top, name), text: member };
    else if (typeof member === 'object' && member !== null) yield* enter(open, pointerOf(top, name), member);
  }
}

/** The names of an object come before what its members hold. */
function* enter(open: Open[], pointer: string, value: unknown): Generator<Leaf, void, undefined> {
  if (typeof value !== 'object' || value === null) return;
  const names = Array.isArray(value) ? undefined : Object.keys(value);
  const count = names?.length ?? (value as unknown[]).length;
  const entered: Open = { pointer, value: value as Record<string, unknown>, names, count, at: 0 };
  for (const name of names ?? []) yield { pointer: pointerOf(entered, name), text: name };
  open.push(entered);
}

function pointerOf({ pointer }: Open, name: string): string {
  return `${pointer}/${escapeToken(name)}`;
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
